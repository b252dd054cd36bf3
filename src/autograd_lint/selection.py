"""Which rules are on: `--select`, `--ignore`, `--extend-select`, and the same in pyproject.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from autograd_lint.finding import Severity

ALL = "ALL"
_FULL = len("AGL101")


class Described(Protocol):
    """What the command line and the configuration ask of a rule."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def page(self) -> str: ...
    @property
    def preview(self) -> bool: ...


class UnknownSelector(ValueError):  # noqa: N818
    """A selector that is no code, prefix of codes or name; the message suggests one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a user asked for. `select` is None where it was left open."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False

    def codes(self, rules: Mapping[str, Described]) -> frozenset[str]:
        """The codes that are on. The more exact selector wins; at equality `ignore` does.

        A rule in preview is on where it is named exactly, or selected at all with `preview`.
        Raises `UnknownSelector`.
        """
        wanted = (*((ALL,) if self.select is None else self.select), *self.extend_select)
        for selector in (*wanted, *self.ignore):
            known(selector, rules)
        on = set()
        for rule in rules.values():
            exactness = max((_exactness(s, rule) for s in wanted), default=-1)
            against = max((_exactness(s, rule) for s in self.ignore), default=-1)
            enough = 0 if self.preview or not rule.preview else _FULL
            if exactness >= enough and exactness > against:
                on.add(rule.code)
        return frozenset(on)


def known(selector: str, rules: Mapping[str, Described]) -> None:
    """Raises `UnknownSelector` unless `selector` selects at least one rule."""
    if all(_exactness(selector, rule) < 0 for rule in rules.values()):
        names = [name for rule in rules.values() for name in (rule.code, rule.name)]
        raise UnknownSelector(f"unknown rule `{selector}`" + did_you_mean(selector, [*names, ALL]))


def selects(selector: str, rule: Described) -> bool:
    """Whether a code, prefix, name or `ALL` speaks of the rule."""
    return _exactness(selector, rule) >= 0


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where something known is close to `word`, else nothing."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean `{by_folded[close[0]]}`?" if close else ""


def _exactness(selector: str, rule: Described) -> int:
    """How exactly the selector speaks of the rule; -1 where it does not."""
    if selector.upper() == ALL:
        return 0
    if selector.lower() == rule.name:
        return _FULL
    prefix = selector.upper()
    return len(prefix) if len(prefix) >= 3 and rule.code.startswith(prefix) else -1
