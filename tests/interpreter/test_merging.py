"""Paths that have become the same again are executed once from there on."""

from __future__ import annotations

from autograd_lint import config, runner

BRANCHES = 40


def given_up(body: str) -> list[str]:
    flags = ", ".join(f"flag{i}" for i in range(BRANCHES))
    text = f"import torch\ndef f(x, {flags}):\n{body}    w = torch.zeros(3, requires_grad=True)\n    w += 1\n"
    result = runner.check_text(text, "<stdin>.py", config.Config())
    assert [(f.code, f.confidence.value) for f in result.findings] == [("AGL101", "certain")]
    return [given.reason for given in result.given_up]


def test_branches_whose_names_nobody_asks_for_again_do_not_multiply() -> None:
    body = "".join(f"    if flag{i}:\n        y = {i}\n" for i in range(BRANCHES))

    assert given_up(body) == []


def test_branches_on_one_condition_each_take_it_the_same_way() -> None:
    text = (
        "import torch\n"
        "def f(flag):\n"
        "    w = torch.zeros(3, requires_grad=True)\n"
        "    if flag:\n"
        "        w = w.detach()\n"
        "    y = 1\n"
        "    if flag:\n"
        "        w += y\n"
    )

    assert runner.check_text(text, "<stdin>.py", config.Config()).findings == ()
