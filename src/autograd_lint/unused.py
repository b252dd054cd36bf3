"""Comments that silence nothing: AGL901 where there is nothing to silence, AGL902 where no rule is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from autograd_lint.catalogue import UNKNOWN_CODE, UNUSED_SUPPRESSION, OwnRule, is_own
from autograd_lint.finding import Applicability, Confidence, Edit, Finding, Fix, Place
from autograd_lint.selection import Described, did_you_mean
from autograd_lint.source import SourceFile
from autograd_lint.suppression import Suppression, Suppressions, Word

_OURS = re.compile(r"AGL\d+", re.IGNORECASE)
_FOREIGN = re.compile(r"[A-Z]+\d+")
"""What other tools read as a code; other words after a `noqa` are text."""

_MOST_SUGGESTIONS = 20
"""What a word in a file may have been meant to say takes a while to look for."""


def unknown_codes(found: Suppressions, rules: Mapping[str, Described]) -> Iterator[Finding]:
    """AGL902 for each word that would name a rule if there was one."""
    known = [n for rule in rules.values() if not is_own(rule.code) for n in (rule.code, rule.name)]
    told = 0
    for suppression in found.found:
        for word in suppression.words or ():
            is_meant = not suppression.is_noqa or _OURS.fullmatch(word.text)
            if is_meant and not any(word.names(rule.code, rule.name) for rule in rules.values()):
                message = f"there is no rule `{word.text}`, so this silences nothing"
                told += 1
                if told <= _MOST_SUGGESTIONS:
                    message += did_you_mean(word.text, known)
                yield _finding(UNKNOWN_CODE, message, word.place)


def answerable(
    found: Suppressions, source: SourceFile, reached: Set[int]
) -> tuple[Suppression, ...]:
    """Those comments of which it is known what they silence, as far as `source` is concerned.

    Their statement was executed (for a whole file, all statements were) or there is none, they
    name what they silence, and nothing silences AGL901 there.
    """
    return tuple(
        suppression
        for suppression in found.found
        if suppression.words is not None
        and _was_executed(suppression, source, reached)
        and not found.covering(_finding(UNUSED_SUPPRESSION, "", suppression.place))
    )


def unused(
    suppression: Suppression, used: Set[Place], on: Set[str], rules: Mapping[str, Described]
) -> Finding | None:
    """AGL901 if some of the rules that `suppression` names are on and have nothing to say there.

    `used` are the places of the words that have silenced something.
    """

    def is_idle(word: Word) -> bool:
        named = [rule for rule in rules.values() if word.names(rule.code, rule.name)]
        if word.place in used or any(is_own(rule.code) for rule in named):
            return False
        return any(rule.code in on for rule in named)

    idle = [word for word in suppression.words or () if is_idle(word)]
    if not idle:
        return None
    names = " and ".join(f"`{word.text}`" for word in idle)
    message = f"{names} {'has' if len(idle) == 1 else 'have'} nothing to silence here"
    place = idle[0].place if len(idle) == 1 else suppression.place
    fix = _without(suppression, idle)
    return replace(_finding(UNUSED_SUPPRESSION, message, place), fix=fix)


def _was_executed(suppression: Suppression, source: SourceFile, reached: Set[int]) -> bool:
    if suppression.statement is not None:
        return suppression.is_alone or not reached.isdisjoint(suppression.statement)
    try:
        return all(line in reached for line in _statements(source))
    except SyntaxError:  # it is of a Python later than the one that runs
        return False


def _statements(source: SourceFile) -> Iterator[int]:
    """The lines of what is executed when its turn comes; a definition is not what is in it."""
    for block in source.blocks:
        for node in ast.walk(ast.parse(block.text)):
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if isinstance(node, ast.stmt) and not is_text and not is_definition:
                yield node.lineno + block.first_line - 1


def _without(suppression: Suppression, idle: list[Word]) -> Fix | None:
    """Takes the idle words out of a comment, or the comment out of its line.

    There is none where a comment would be left that means something else.
    """
    words = suppression.words or ()
    kept = [word for word in words if word not in idle]
    if kept:
        if suppression.is_noqa and not all(_FOREIGN.fullmatch(word.text) for word in kept):
            return None
        last = words.index(kept[-1])
        edits = [_taken_out(words, i, last) for i, word in enumerate(words) if word in idle]
        names = ", ".join(word.text for word in idle)
        return Fix(f"Take {names} out of the comment", tuple(edits), Applicability.SAFE)
    place, line = suppression.place, suppression.line
    before, after = line[: place.column - 1], line[place.end_column - 1 :]
    if not after.strip():
        start, end = len(before.rstrip()), len(line)
    elif after.lstrip().startswith("#"):
        start, end = len(before), len(line) - len(after.lstrip())
    else:
        return None  # what follows would no longer be a comment
    edit = Edit(replace(place, column=start + 1, end_column=end + 1), "")
    return Fix("Remove the comment", (edit,), Applicability.SAFE)


def _taken_out(words: tuple[Word, ...], index: int, last: int) -> Edit:
    """Takes a word out with the separator behind it or, behind the last one kept, before it."""
    place = words[index].place
    if index < last:
        return Edit(replace(place, end_column=words[index + 1].place.column), "")
    return Edit(replace(place, column=words[index - 1].place.end_column), "")


def _finding(rule: OwnRule, message: str, place: Place) -> Finding:
    return Finding(rule.code, rule.name, message, place, rule.severity, Confidence.CERTAIN)
