"""What options and arguments say more than their value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from autograd_lint.cli.output import fail

if TYPE_CHECKING:
    from autograd_lint.config import Config
    from autograd_lint.sharding import Shard


_Command = TypeVar("_Command", bound=Callable[..., None])


def setting(name: str, **attributes: Any) -> Callable[[_Command], _Command]:
    """An option that says what configuration files say under the same key."""

    def keep(context: click.Context, option: click.Parameter, value: Any) -> None:
        if attributes.get("multiple"):
            value = [word.strip() for one in value for word in one.split(",") if word.strip()]
        if value not in (None, []):
            context.ensure_object(dict)[name.partition("/")[0].removeprefix("--")] = value

    return click.option(name, callback=keep, expose_value=False, default=None, **attributes)


def codes(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """The codes and names of rules that the shell may complete the last word of `typed` to."""
    from autograd_lint.catalogue import all_rules

    before, comma, word = typed.rpartition(",")
    names = [name for rule in all_rules().values() for name in (rule.code, rule.name)]
    return [before + comma + name for name in names if name.lower().startswith(word.lower())]


def shard(context: click.Context, option: click.Parameter, value: str | None) -> Shard | None:
    from autograd_lint.sharding import Shard

    try:
        return None if value is None else Shard.parse(value)
    except ValueError:
        raise click.BadParameter(f"`{value}` is not I/N, with I from 1 to N") from None


def refuse_two(wanted: Mapping[str, bool]) -> None:
    """End with an error if more than one of these options, that exclude each other, is wanted."""
    names = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(names) > 1:
        fail(f"{names[0]} and {names[1]} cannot be used together")


def cache_folder(used: Config) -> Path:
    """Where outcomes are kept from run to run: in the root of the project, beside its configuration."""
    from autograd_lint.cache import FOLDER

    root = used.source.parent if used.source is not None else Path.cwd()
    return used.cache_dir or root / FOLDER
