"""Comments that ask for silence.

`# noqa`, `# noqa: AGL101,leaf-inplace`, `# autograd-lint: ignore`, `# autograd-lint: ignore[AGL1]`
on any line of the statement. For a whole file, with or without codes: `# autograd-lint: noqa` on a
line of its own, or `# autograd-lint: ignore-file` anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograd_lint.finding import Finding, Place
from autograd_lint.source import Block, Comment, SourceFile, Statement, statements

_DIRECTIVE = re.compile(
    r"""\#\s*(?:(?P<ours>autograd-lint)\s*:\s*)?(?P<what>noqa|ignore-file|ignore)(?![\w-])
    (?:
        \s*:\s*(?P<listed>[A-Z][\w-]*(?:[,\s]+[A-Z][\w-]*)*)
      | \s*\[(?P<bracketed>[^\]]*)\]
    )?""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^,\s]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A code, a prefix of codes or a name in a comment."""

    text: str
    place: Place

    def names(self, code: str, name: str) -> bool:
        """Whether it speaks of the rule of this code and name."""
        prefix = self.text.upper()
        return self.text.lower() == name or (len(prefix) >= 3 and code.startswith(prefix))


@dataclass(frozen=True, slots=True)
class Suppression:
    """What one comment silences."""

    words: tuple[Word, ...] | None
    """What it names; it silences everything if None."""
    place: Place
    """Where it stands, from its `#` to its end."""
    line: str
    """The line of the file or cell that it stands in."""
    is_noqa: bool
    """Whether its words are read by other tools as well."""
    statement: range | None
    """The lines that it is about, in the virtual text; None if it is about the whole file."""
    is_alone: bool
    """Whether there is no code on its line, nor in the statement around it."""

    def covers(self, finding: Finding) -> bool:
        return self.words is None or any(self.covering(finding))

    def covering(self, finding: Finding) -> Iterator[Word]:
        """Those of its words that name the finding's rule."""
        for word in self.words or ():
            if word.names(finding.code, finding.name):
                yield word


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The suppressions of one file."""

    found: tuple[Suppression, ...] = ()
    """All of them, in the order of the source."""
    by_line: Mapping[tuple[int | None, int], tuple[Suppression, ...]] = field(default_factory=dict)
    """By cell and line, for each line of a statement that carries a comment."""

    def covering(self, finding: Finding) -> list[Suppression]:
        """Those that silence a finding."""
        place = finding.place
        everywhere = [suppression for suppression in self.found if suppression.statement is None]
        there = self.by_line.get((place.cell, place.line), ())
        return [each for each in (*everywhere, *there) if each.covers(finding)]


def suppressions(source: SourceFile) -> Suppressions:
    """What the comments of `source` silence. Strings that look like comments do not count."""
    found: list[Suppression] = []
    by_line: dict[tuple[int | None, int], tuple[Suppression, ...]] = {}
    for block in source.blocks:
        if "noqa" not in block.text.lower() and "autograd-lint" not in block.text.lower():
            continue
        for statement in statements(block.text):
            for suppression in _suppressions(source, block, statement):
                found.append(suppression)
                for line in suppression.statement or ():
                    key = (block.cell, line + block.row - block.first_line)
                    by_line[key] = (*by_line.get(key, ()), suppression)
    return Suppressions(tuple(found), by_line)


def _suppressions(source: SourceFile, block: Block, statement: Statement) -> Iterator[Suppression]:
    shift = block.first_line - 1
    for comment in statement.comments:
        for match in _DIRECTIVE.finditer(comment.text):
            what = match["what"].lower()
            is_noqa = what == "noqa"
            if (not match["ours"] and not is_noqa) or (
                # As in ruff: beside code, it would look as if it were about that line.
                match["ours"] and is_noqa and statement.is_code
            ):
                continue

            def place(start: int, end: int, comment: Comment = comment) -> Place:
                row = comment.line + shift
                return source.place((row, comment.column + start, row, comment.column + end))

            group = "listed" if is_noqa else "bracketed"
            words = None
            if match[group] is not None:
                found = _WORD.finditer(comment.text, *match.span(group))
                words = tuple(Word(word[0], place(*word.span())) for word in found)
            whole = place(*match.span())
            of_file = what == "ignore-file" or (match["ours"] is not None and is_noqa)
            lines = range(statement.first + shift, statement.last + shift + 1)
            yield Suppression(
                words=words,
                place=whole,
                line=source.listing[whole.cell][whole.line - 1],
                is_noqa=is_noqa,
                statement=None if of_file else lines,
                is_alone=not statement.is_code,
            )
