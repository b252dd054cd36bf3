"""Writes the rules' pages, from their docstrings: `python docs/pages.py`. A test compares.

It is also the hook of mkdocs.yml that lists them in the site's navigation.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograd_lint.catalogue import all_rules
from autograd_lint.selection import Described

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

FOLDER = Path(__file__).with_name("rules")


def page(rule: Described) -> str:
    """A rule's page in Markdown."""
    title, _, rest = rule.page.partition("\n")
    preview = (
        "\n\nIn preview: used with `--preview`, or where it is selected." if rule.preview else ""
    )
    return (
        f"# {rule.code} {rule.name} ({rule.severity.value})\n\n{title}{preview}\n{rest.rstrip()}\n"
    )


def index(rules: list[Described]) -> str:
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
    rules = list(all_rules().values())
    return {"index.md": index(rules)} | {f"{rule.code}.md": page(rule) for rule in rules}


def on_config(config: MkDocsConfig) -> None:
    """Put the rules below their index."""
    listed = [
        {f"{rule.code} {rule.name}": f"rules/{rule.code}.md"} for rule in all_rules().values()
    ]
    for entry in config.nav or ():
        if isinstance(entry, dict) and "Rules" in entry:
            entry["Rules"] = [entry["Rules"], *listed]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
