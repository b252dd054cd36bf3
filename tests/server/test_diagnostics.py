"""What the server says of open documents, and when."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Client

LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"
CLEAN = "import torch\n\ngood = torch.zeros(2)\ngood[0] = 1.0\n"
SAVED = """\
import torch

x = torch.randn(4)
layer = torch.nn.Linear(4, 4)
hidden = torch.relu(layer(x))
hidden += x
hidden.sum().backward()
"""
BOTH = (
    "import torch\n\n\ndef leaf():\n"
    + "\n".join(f"    {line}" for line in LEAF.splitlines()[2:])
    + "\n\n\ndef saved():\n"
    + "\n".join(f"    {line}" for line in SAVED.splitlines()[2:])
    + "\n"
)
SPOIL = """\
import torch


def spoil(x):
    x += 1


"""


def span(line: int, start: int, end: int, end_line: int | None = None) -> dict[str, Any]:
    last = line if end_line is None else end_line
    return {"start": {"line": line, "character": start}, "end": {"line": last, "character": end}}


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [diagnostic["code"] for diagnostic in diagnostics]


def test_an_unsaved_text_is_analysed(client: Client) -> None:
    client.start()

    (found,) = client.diagnostics(client.open("new.py", LEAF))

    assert found["code"] == "AGL101"
    assert found["source"] == "autograd-lint"
    assert found["severity"] == 1
    assert found["range"] == span(3, 0, 12)
    assert "codeDescription" not in found


def test_a_clean_document_is_told_to_be_clean(client: Client) -> None:
    client.start()

    assert client.diagnostics(client.open("new.py", CLEAN)) == []


def test_the_trace_comes_as_related_information(client: Client) -> None:
    client.start()
    uri = client.open("new.py", SAVED)

    (found,) = client.diagnostics(uri)

    assert found["code"] == "AGL102"
    steps = found["relatedInformation"]
    assert {step["location"]["uri"] for step in steps} == {uri}
    assert [step["location"]["range"]["start"]["line"] for step in steps] == [4, 5, 6]
    assert "help: " in found["message"]


def test_a_client_without_related_information_gets_none(client: Client) -> None:
    client.start({})

    (found,) = client.diagnostics(client.open("new.py", SAVED))

    assert "relatedInformation" not in found


def test_each_severity_has_its_counterpart(client: Client) -> None:
    loop = (
        "import torch\n\nmodel = torch.nn.Linear(2, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nhistory = []\n"
        "for _ in range(3):\n    loss = model(torch.randn(3, 2)).mean()\n    loss.backward()\n"
        "    optimizer.step()\n    history.append(loss)\n"
    )
    client.start()

    found = client.diagnostics(client.open("loop.py", loop))

    assert {(one["code"], one["severity"]) for one in found} == {("AGL301", 2), ("AGL601", 3)}


def test_typing_changes_what_is_found(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)

    client.change(uri, 2, {"range": span(2, 20, 39), "text": ""})
    assert client.diagnostics(uri, 2) == []
    client.change(
        uri,
        3,
        {"range": span(2, 19, 19), "text": ", requires_grad"},
        {"range": span(2, 34, 34), "text": "=True"},
        {"range": span(0, 0, 0), "text": "# a line more\n"},
    )
    (found,) = client.diagnostics(uri, 3)
    assert found["range"] == span(4, 0, 12)


def test_the_whole_text_can_be_replaced(client: Client) -> None:
    client.start()
    uri = client.open("new.py", CLEAN)
    client.diagnostics(uri)

    client.change(uri, 2, {"text": LEAF})

    assert codes(client.diagnostics(uri, 2)) == ["AGL101"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_lines_end_where_the_protocol_ends_them(client: Client, newline: str) -> None:
    client.start()
    # A form feed and a paragraph separator end no line, neither in Python nor in the protocol.
    uri = client.open("new.py", ("# \f \u2029\n" + CLEAN).replace("\n", newline))
    client.diagnostics(uri)

    client.change(uri, 2, {"range": span(3, 20, 20), "text": ", requires_grad=True"})

    (found,) = client.diagnostics(uri, 2)
    assert found["range"]["start"] == {"line": 4, "character": 0}


@pytest.mark.parametrize(
    ("encodings", "chosen", "width"),
    [(None, "utf-16", 2), (["utf-16"], "utf-16", 2), (["utf-8"], "utf-8", 4), (["utf-32"], "utf-32", 1)],
)  # fmt: skip
def test_columns_count_what_the_client_counts(
    client: Client, encodings: list[str] | None, chosen: str, width: int
) -> None:
    capabilities = {} if encodings is None else {"general": {"positionEncodings": encodings}}
    result = client.start(capabilities)
    assert result["capabilities"]["positionEncoding"] == chosen
    uri = client.open("new.py", CLEAN.replace("good[0]", '"🔥🔥"; good[0]'))
    client.diagnostics(uri)
    column = 2 + 2 * width

    # Both lie behind the two characters, in what is changed and in what is found.
    client.change(
        uri,
        2,
        {"range": span(3, column + 2, column + 6), "text": "bad"},
        {"range": span(2, 0, 22), "text": "bad = torch.zeros(2, requires_grad=True)"},
    )

    (found,) = client.diagnostics(uri, 2)
    assert found["range"] == span(3, column + 2, column + 14)


def test_while_the_user_types_only_the_last_text_is_told_of(client: Client) -> None:
    client.start()
    uri = client.open("new.py", CLEAN)
    client.diagnostics(uri)

    for version in range(2, 30):
        client.change(uri, version, {"range": span(0, 0, 0), "text": "#\n"})
    client.change(uri, 30, {"text": LEAF})

    assert codes(client.diagnostics(uri, 30)) == ["AGL101"]
    assert not any(m["params"].get("version") in range(2, 30) for m in client.messages)


def test_the_server_answers_while_it_analyses(client: Client) -> None:
    client.start()
    body = "".join(
        f"def step_{n}(model, x, y, flag):\n    for i in range(9):\n        if flag[i]:\n"
        "            x = model(x)\n        else:\n            y = model(y)\n"
        "        (x * y).sum().backward()\n\n\n"
        for n in range(60)
    )
    uri = client.open("long.py", f"import torch\n\n\n{body}")

    began = time.monotonic()
    answers = 0
    while not any(m["params"].get("uri") == uri for m in client.messages if "params" in m):
        sent = time.monotonic()
        where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
        client.request("textDocument/hover", where)
        assert time.monotonic() - sent < 1.0
        answers += 1
        assert time.monotonic() - began < 60
        time.sleep(0.02)
    assert answers > 3


def test_text_that_is_no_python_is_said_to_be_unreadable(client: Client) -> None:
    client.start()

    (found,) = client.diagnostics(client.open("new.py", f"{LEAF}def\n"))

    assert found["code"] == "AGL900"
    assert found["range"]["start"]["line"] == 4


def test_a_closed_document_has_no_diagnostics(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)

    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    assert client.diagnostics(uri, None) == []


def test_markdown_is_analysed_in_its_blocks(client: Client) -> None:
    client.start()

    (found,) = client.diagnostics(
        client.open("a.md", f"# Hi\n\n```python\n{LEAF}```\n", "markdown")
    )

    assert found["range"] == span(6, 0, 12)


def test_a_document_that_was_never_saved_is_analysed(client: Client) -> None:
    client.start()
    item = {"uri": "untitled:Untitled-1", "languageId": "python", "version": 1, "text": LEAF}

    client.notify("textDocument/didOpen", {"textDocument": item})

    assert codes(client.diagnostics("untitled:Untitled-1")) == ["AGL101"]


def test_an_importing_file_sees_what_is_not_saved_yet(client: Client) -> None:
    (client.folder / "part.py").write_text(CLEAN + SPOIL)
    client.start()
    main = client.open(
        "main.py",
        "import torch\nfrom part import spoil\n\nw = torch.ones(2, requires_grad=True)\n"
        "h = torch.exp(w)\nspoil(h)\nh.sum().backward()\n",
    )  # fmt: skip
    client.diagnostics(main)
    # The finding is in a file that is not open, and is told of there.
    part = client.uri("part.py")
    assert codes(client.diagnostics(part, None)) == ["AGL102"]

    harmless = (CLEAN + SPOIL).replace("x += 1", "return x + 1")
    client.open("part.py", harmless)
    assert client.diagnostics(part, 1) == []

    client.change(part, 2, {"text": CLEAN + SPOIL})
    client.diagnostics(part, 2)
    assert codes(client.diagnostics(part, 2)) == ["AGL102"]


def test_left_out_files_are_left_alone(client: Client) -> None:
    (client.folder / "pyproject.toml").write_text(
        '[tool.autograd-lint]\nextend-exclude = ["vendored/"]\n'
    )
    (client.folder / ".git").mkdir()
    (client.folder / ".gitignore").write_text("generated_*.py\n")
    client.start()

    assert client.diagnostics(client.open("vendored/a.py", LEAF)) == []
    assert client.diagnostics(client.open("own/generated_a.py", LEAF)) == []
    assert client.diagnostics(client.open(".venv/lib/site-packages/a.py", LEAF)) == []
    assert codes(client.diagnostics(client.open("own/a.py", LEAF))) == ["AGL101"]


def test_the_nearest_pyproject_and_the_clients_settings_decide(client: Client) -> None:
    (client.folder / "pyproject.toml").write_text('[tool.autograd-lint]\nignore = ["AGL101"]\n')
    client.start()
    uri = client.open("new.py", BOTH)
    assert codes(client.diagnostics(uri)) == ["AGL102"]

    client.settings = {"ignore": ["AGL102"]}
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    assert client.diagnostics(uri) == []

    client.settings = {"select": ["AGL1"]}
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    assert codes(client.diagnostics(uri)) == ["AGL101", "AGL102"]


def test_settings_of_a_client_that_cannot_be_asked(client: Client) -> None:
    client.start({}, initializationOptions={"autograd-lint": {"ignore": ["AGL101"]}})
    uri = client.open("new.py", LEAF)
    assert client.diagnostics(uri) == []

    client.notify(
        "workspace/didChangeConfiguration", {"settings": {"autograd-lint": {"ignore": []}}}
    )

    assert codes(client.diagnostics(uri)) == ["AGL101"]


def test_a_wrong_setting_is_told_of_once(client: Client) -> None:
    client.settings = {"ignroe": ["AGL101"]}
    client.start()
    client.diagnostics(client.open("a.py", LEAF))
    client.diagnostics(client.open("b.py", LEAF))

    message = client.wait(lambda m: m["method"] == "window/showMessage")

    assert "ignroe" in message["params"]["message"]
    assert "`ignore`" in message["params"]["message"]
    assert not any(m["method"] == "window/showMessage" for m in client.messages)


def test_a_changed_configuration_file_is_read_again(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)
    (client.folder / "pyproject.toml").write_text('[tool.autograd-lint]\nignore = ["AGL101"]\n')

    changes = [{"uri": client.uri("pyproject.toml"), "type": 1}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    assert client.diagnostics(uri) == []


def test_clients_are_asked_to_watch_files(client: Client) -> None:
    watching = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    client.start(watching)

    client.diagnostics(client.open("new.py", CLEAN))

    assert client.asked == ["client/registerCapability"]


def test_the_server_ends_as_it_is_told(client: Client) -> None:
    client.start()
    client.diagnostics(client.open("new.py", CLEAN))

    assert client.stop() == 0


def test_the_server_ends_when_its_client_is_gone(client: Client) -> None:
    client.start()
    client.diagnostics(client.open("new.py", CLEAN))

    assert client.process.stdin is not None
    client.process.stdin.close()

    client.process.wait(30)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
def test_a_process_that_dies_is_told_of_and_replaced(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)
    children = Path(f"/proc/{client.process.pid}/task/{client.process.pid}/children").read_text()
    for child in children.split():
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in command:
            os.kill(int(child), signal.SIGKILL)

    client.change(uri, 2, {"text": CLEAN})
    (found,) = client.diagnostics(uri, 2)
    assert found["code"] == "AGL900"
    assert "died" in found["message"]

    client.change(uri, 3, {"text": LEAF})
    assert codes(client.diagnostics(uri, 3)) == ["AGL101"]
