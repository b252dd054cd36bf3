"""A language client that speaks the protocol's JSON over the pipes of a real server process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0
"""Seconds to wait for what is to come, on a machine that is busy."""
CAPABILITIES = {
    "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
    "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}},
}


class Client:
    """One editor's side of the conversation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Any = None
        self.messages: list[dict[str, Any]] = []
        """Notifications that are not waited for yet."""
        self.asked: list[str] = []
        """The methods of the server's requests."""
        command = (sys.executable, "-m", "autograd_lint", "server", "--stdio")
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._incoming: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def start(self, capabilities: dict[str, Any] = CAPABILITIES, **more: Any) -> dict[str, Any]:
        root = self.uri("")
        parameters = {"processId": None, "rootUri": root, "capabilities": capabilities, **more}
        result: dict[str, Any] = self.request("initialize", parameters)
        self.notify("initialized", {})
        return result

    def stop(self) -> int:
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "python") -> str:
        item = {"uri": self.uri(name), "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self.uri(name)

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
        )

    def diagnostics(self, uri: str, version: int | None = 1) -> list[dict[str, Any]]:
        """The next diagnostics of a document in this version."""
        message = self.wait(
            lambda m: (
                m["method"] == "textDocument/publishDiagnostics"
                and m["params"]["uri"] == uri
                and m["params"].get("version") == version
            )
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def actions(
        self, uri: str, where: dict[str, Any], only: list[str] | None = None
    ) -> list[dict[str, Any]]:
        context = {"diagnostics": [], **({"only": only} if only else {})}
        parameters = {"textDocument": {"uri": uri}, "range": where, "context": context}
        found: list[dict[str, Any]] = self.request("textDocument/codeAction", parameters)
        return found

    def request(self, method: str, params: Any) -> Any:
        self._id += 1
        number = self._id
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self.messages.append(message)

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first notification that is wanted; those before it stay for later."""
        for index, message in enumerate(self.messages):
            if wanted(message):
                return self.messages.pop(index)
        while True:
            message = self._next()
            if wanted(message):
                return message
            self.messages.append(message)

    def _next(self) -> dict[str, Any]:
        """The next message that is no request; those are answered."""
        while True:
            message = self._incoming.get(timeout=PATIENCE)
            assert message is not None, f"the server ended: {self.process.wait()}"
            if "method" not in message or "id" not in message:
                return message
            self.asked.append(message["method"])
            is_configuration = message["method"] == "workspace/configuration"
            result = (
                [self.settings for _ in message["params"]["items"]] if is_configuration else None
            )
            self._send({"id": message["id"], "result": result})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.removeprefix(b"Content-Length: "))
            while stream.readline().strip():
                pass  # the other headers
            self._incoming.put(json.loads(stream.read(length)))
        self._incoming.put(None)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client of a server that was started in an empty folder."""
    pytest.importorskip("pygls")
    client = Client(tmp_path)
    yield client
    client.process.kill()
    client.process.wait()
    for pipe in (client.process.stdin, client.process.stdout):
        if pipe is not None:
            pipe.close()
