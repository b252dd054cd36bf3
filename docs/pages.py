"""Writes the rules' pages, from their docstrings: `python docs/pages.py`. A test compares."""

from __future__ import annotations

from pathlib import Path

from autograd_lint.rules import registry
from autograd_lint.rules.rule import Rule

FOLDER = Path(__file__).with_name("rules")


def page(rule: Rule) -> str:
    """A rule's page in Markdown."""
    title, _, rest = rule.page.partition("\n")
    preview = (
        "\n\nIn preview: used with `--preview`, or where it is selected." if rule.preview else ""
    )
    return (
        f"# {rule.code} {rule.name} ({rule.severity.value})\n\n{title}{preview}\n{rest.rstrip()}\n"
    )


def index(rules: list[Rule]) -> str:
    """The table of all rules."""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value}"
        f"{', preview' if rule.preview else ''} | {rule.page.partition(chr(10))[0]} |"
        for rule in rules
    ]
    return "\n".join(
        ["# Rules", "", "| code | name | severity | what |", "|---|---|---|---|", *rows, ""]
    )


def pages() -> dict[str, str]:
    """All pages by their file names."""
    rules = sorted(registry().values(), key=lambda rule: rule.code)
    return {"index.md": index(rules)} | {f"{rule.code}.md": page(rule) for rule in rules}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
