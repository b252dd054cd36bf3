"""Notebooks: cells are documents of their own, and run one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Client

CELLS = ["import torch", "# text", "w = torch.zeros(2, requires_grad=True)", "%time\nw[0] = 1.0"]
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def cell(number: int, kind: int = 2) -> dict[str, Any]:
    return {"kind": kind, "document": f"vscode-notebook-cell:/a.ipynb#{number}"}


def text(number: int, text: str, language: str = "python") -> dict[str, Any]:
    uri = cell(number)["document"]
    return {"uri": uri, "languageId": language, "version": 1, "text": text}


def opened(client: Client) -> str:
    uri = client.uri("a.ipynb")
    kinds = (2, 1, 2, 2)
    document = {
        "uri": uri,
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [cell(number, kind) for number, kind in enumerate(kinds)],
    }
    texts = [
        text(number, source, "markdown" if kinds[number] == 1 else "python")
        for number, source in enumerate(CELLS)
    ]
    parameters = {"notebookDocument": document, "cellTextDocuments": texts}
    client.notify("notebookDocument/didOpen", parameters)
    return uri


def change(client: Client, uri: str, **cells: Any) -> None:
    document = {"uri": uri, "version": 2}
    parameters = {"notebookDocument": document, "change": {"cells": cells}}
    client.notify("notebookDocument/didChange", parameters)


def test_a_finding_stands_in_its_cell(client: Client) -> None:
    client.start()
    opened(client)

    (found,) = client.diagnostics(cell(3)["document"])

    assert found["code"] == "AGL101"
    assert found["range"]["start"] == {"line": 1, "character": 0}
    for number in (0, 1, 2):
        assert client.diagnostics(cell(number)["document"]) == []


def test_the_text_of_a_cell_can_change(client: Client) -> None:
    client.start()
    uri = opened(client)
    client.diagnostics(cell(3)["document"])

    document = {"uri": cell(2)["document"], "version": 2}
    where = {"start": {"line": 0, "character": 17}, "end": {"line": 0, "character": 37}}
    changes = [{"range": where, "text": ""}]
    change(client, uri, textContent=[{"document": document, "changes": changes}])

    assert client.diagnostics(cell(3)["document"]) == []


def test_cells_can_come_go_and_move(client: Client) -> None:
    client.start()
    uri = opened(client)
    client.diagnostics(cell(3)["document"])

    # The last cell moves up by one, and a new one comes behind it.
    change(
        client,
        uri,
        structure={
            "array": {"start": 2, "deleteCount": 2, "cells": [cell(3), cell(2), cell(4)]},
            "didOpen": [text(4, "w[1] = 2.0")],
        },
    )
    assert [d["code"] for d in client.diagnostics(cell(4)["document"])] == ["AGL101"]
    assert client.diagnostics(cell(3)["document"]) == []

    closed = [{"uri": cell(4)["document"]}]
    change(client, uri, structure={"array": {"start": 4, "deleteCount": 1}, "didClose": closed})
    assert client.diagnostics(cell(4)["document"], None) == []


def test_a_cell_that_becomes_text_is_not_run(client: Client) -> None:
    client.start()
    uri = opened(client)
    client.diagnostics(cell(3)["document"])

    change(client, uri, data=[cell(2, kind=1)])

    assert client.diagnostics(cell(3)["document"]) == []


def test_a_fix_is_made_in_its_cell(client: Client) -> None:
    client.start()
    uri = opened(client)
    client.diagnostics(cell(3)["document"])
    document = {"uri": cell(3)["document"], "version": 2}
    change(client, uri, textContent=[{"document": document, "changes": [{"text": "w[0] = 1.0"}]}])
    client.diagnostics(cell(3)["document"], 2)

    actions = client.actions(cell(3)["document"], WHOLE)

    (action,) = (a for a in actions if a["title"].startswith("Write under"))
    (changed,) = action["edit"]["documentChanges"]
    assert changed["textDocument"] == document
    (edit,) = changed["edits"]
    assert edit["newText"] == "with torch.no_grad():\n    w[0] = 1.0"
    assert edit["range"] == {
        "start": {"line": 0, "character": 0},
        "end": {"line": 0, "character": 10},
    }


def test_actions_and_pages_belong_to_the_cell(client: Client) -> None:
    client.start()
    opened(client)
    uri = cell(3)["document"]
    client.diagnostics(uri)

    (action,) = (a for a in client.actions(uri, WHOLE) if a["title"].startswith("Disable"))

    (changed,) = action["edit"]["documentChanges"]
    assert changed["textDocument"]["uri"] == uri
    assert changed["edits"][0]["newText"] == "  # noqa: AGL101"
    assert changed["edits"][0]["range"]["start"] == {"line": 1, "character": 10}
    at = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 2}}
    assert "AGL101" in client.request("textDocument/hover", at)["contents"]["value"]


def test_a_closed_notebook_has_no_diagnostics(client: Client) -> None:
    client.start()
    uri = opened(client)
    client.diagnostics(cell(3)["document"])

    texts = [{"uri": cell(number)["document"]} for number in range(4)]
    parameters = {"notebookDocument": {"uri": uri}, "cellTextDocuments": texts}
    client.notify("notebookDocument/didClose", parameters)

    assert client.diagnostics(cell(3)["document"], None) == []
