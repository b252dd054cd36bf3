"""What a user can ask of a finding: to fix it, to silence it, to explain it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Client

LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"
FORGOTTEN = """\
import torch

model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = model(torch.randn(3, 2)).mean()
    loss.backward()
    optimizer.step
"""
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """`text` after edits as an editor would make them, in ASCII."""
    lines = text.split("\n")

    def offset(position: dict[str, int]) -> int:
        return sum(len(line) + 1 for line in lines[: position["line"]]) + position["character"]

    for edit in sorted(edits, key=lambda e: -offset(e["range"]["start"])):
        start, end = (offset(edit["range"][key]) for key in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def edits(action: dict[str, Any], uri: str, version: int | None = 1) -> list[dict[str, Any]]:
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": version}
    found: list[dict[str, Any]] = change["edits"]
    return found


def titled(actions: list[dict[str, Any]], title: str) -> dict[str, Any]:
    (found,) = (action for action in actions if action["title"] == title)
    return found


def test_a_safe_fix_is_the_preferred_quick_fix(client: Client) -> None:
    client.start()
    uri = client.open("new.py", FORGOTTEN)
    (diagnostic,) = client.diagnostics(uri)

    action = titled(client.actions(uri, diagnostic["range"]), "Call `optimizer.step`")

    assert (action["kind"], action["isPreferred"]) == ("quickfix", True)
    assert action["diagnostics"] == [diagnostic]
    fixed = applied(FORGOTTEN, edits(action, uri))
    assert fixed == FORGOTTEN.replace("optimizer.step", "optimizer.step()")
    client.change(uri, 2, {"text": fixed})
    assert client.diagnostics(uri, 2) == []


def test_an_unsafe_fix_says_so_and_is_not_preferred(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    (diagnostic,) = client.diagnostics(uri)

    actions = client.actions(uri, diagnostic["range"])

    action = titled(actions, "Write under `torch.no_grad()` (unsafe)")
    assert action["isPreferred"] is False
    assert not any(action["kind"].startswith("source") for action in actions)


def test_all_safe_fixes_are_made_at_once(client: Client) -> None:
    client.start()
    head, _, loop = FORGOTTEN.partition("for _")
    text = f"{head}for _{loop}for _{loop}"
    uri = client.open("new.py", text)
    client.diagnostics(uri)

    (action,) = client.actions(uri, WHOLE, only=["source.fixAll"])

    assert action["kind"] == "source.fixAll.autograd-lint"
    fixed = applied(text, edits(action, uri))
    assert fixed == text.replace("optimizer.step", "optimizer.step()")


def test_a_fix_is_made_alone(client: Client) -> None:
    client.start()
    head, _, loop = FORGOTTEN.partition("for _")
    loop = f"for _{loop}"
    uri = client.open("new.py", f"{head}{loop}{loop}")
    _, second = client.diagnostics(uri)

    action = titled(client.actions(uri, second["range"]), "Call `optimizer.step`")

    fixed = loop.replace("optimizer.step", "optimizer.step()")
    assert applied(f"{head}{loop}{loop}", edits(action, uri)) == f"{head}{loop}{fixed}"


def test_a_fix_that_would_bring_another_finding_is_not_offered(client: Client) -> None:
    client.start()
    # Nothing is zeroed, which only a step makes a mistake.
    uri = client.open("new.py", FORGOTTEN.replace("    optimizer.zero_grad()\n", ""))
    found = client.diagnostics(uri)

    assert [diagnostic["code"] for diagnostic in found] == ["AGL305"]
    titles = [action["title"] for action in client.actions(uri, WHOLE)]
    assert titles == ["Disable AGL305 for this line"]


def test_lines_end_after_a_fix_as_they_did_before(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF.replace("\n", "\r\n"))
    client.diagnostics(uri)

    action = titled(client.actions(uri, WHOLE), "Write under `torch.no_grad()` (unsafe)")

    (edit,) = edits(action, uri)
    assert edit["newText"] == "with torch.no_grad():\r\n    bad[0] = 1.0\r\n"


def test_a_last_line_without_an_end_is_fixed_to_its_end(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF.rstrip("\n"))
    client.diagnostics(uri)

    action = titled(client.actions(uri, WHOLE), "Write under `torch.no_grad()` (unsafe)")

    (edit,) = edits(action, uri)
    assert edit["newText"] == "with torch.no_grad():\n    bad[0] = 1.0"
    assert edit["range"]["end"] == {"line": 3, "character": 12}


def test_an_editor_that_asks_by_itself_is_not_offered_to_fix_all(client: Client) -> None:
    client.start()
    uri = client.open("new.py", FORGOTTEN)
    client.diagnostics(uri)
    context = {"diagnostics": [], "triggerKind": 2}
    parameters = {"textDocument": {"uri": uri}, "range": WHOLE, "context": context}

    offered = client.request("textDocument/codeAction", parameters)

    assert {action["kind"] for action in offered} == {"quickfix"}


@pytest.mark.parametrize(
    ("line", "silenced"),
    [
        ("bad[0] = 1.0", "bad[0] = 1.0  # noqa: AGL101"),
        ("bad[0] = 1.0  # why", "bad[0] = 1.0  # why  # noqa: AGL101"),
        ("bad[0] = 1.0  # noqa: E501", "bad[0] = 1.0  # noqa: E501, AGL101"),
        ("bad[\n    0\n] = 1.0", "bad[  # noqa: AGL101\n    0\n] = 1.0"),
        ('bad[0] = len("""\n""")', 'bad[0] = len("""\n""")  # noqa: AGL101'),
    ],
)
def test_a_rule_is_silenced_in_its_line(client: Client, line: str, silenced: str) -> None:
    client.start()
    text = LEAF.replace("bad[0] = 1.0", line)
    uri = client.open("new.py", text)
    (diagnostic,) = client.diagnostics(uri)

    action = titled(client.actions(uri, diagnostic["range"]), "Disable AGL101 for this line")

    changed = applied(text, edits(action, uri))
    assert changed == LEAF.replace("bad[0] = 1.0", silenced)
    client.change(uri, 2, {"text": changed})
    assert client.diagnostics(uri, 2) == []


def test_only_what_is_asked_for_is_offered(client: Client) -> None:
    client.start()
    uri = client.open("new.py", FORGOTTEN)
    client.diagnostics(uri)

    assert client.actions(uri, WHOLE, only=["refactor"]) == []
    kinds = {action["kind"] for action in client.actions(uri, WHOLE, only=["quickfix"])}
    assert kinds == {"quickfix"}


def test_other_lines_have_no_quick_fixes(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)
    first = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}

    assert client.actions(uri, first) == []


def test_a_text_that_has_changed_since_is_not_edited(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)

    client.change(uri, 2, {"text": f"\n{LEAF}"})

    assert client.actions(uri, WHOLE) == []


def test_a_client_without_versions_gets_plain_changes(client: Client) -> None:
    client.start({})
    uri = client.open("new.py", LEAF)
    client.diagnostics(uri)

    action = titled(client.actions(uri, WHOLE), "Disable AGL101 for this line")

    assert list(action["edit"]["changes"]) == [uri]


def test_hovering_over_a_finding_shows_the_rules_page(client: Client) -> None:
    client.start()
    uri = client.open("new.py", LEAF)
    (diagnostic,) = client.diagnostics(uri)
    position = {"line": 3, "character": 5}

    document = {"textDocument": {"uri": uri}}
    hover = client.request("textDocument/hover", {**document, "position": position})

    assert hover["range"] == diagnostic["range"]
    assert hover["contents"]["kind"] == "markdown"
    assert hover["contents"]["value"].startswith("## AGL101 leaf-inplace (error)\n")
    assert "```python" in hover["contents"]["value"]
    elsewhere = {**document, "position": {"line": 1, "character": 0}}
    assert client.request("textDocument/hover", elsewhere) is None
