"""Options of `check` that say more than their value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

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


def shard(context: click.Context, option: click.Parameter, value: str | None) -> Shard | None:
    from autograd_lint.sharding import Shard

    try:
        return None if value is None else Shard.parse(value)
    except ValueError:
        raise click.BadParameter(f"`{value}` is not I/N, with I from 1 to N") from None


def cache_folder(used: Config) -> Path:
    """Where outcomes are kept from run to run: in the root of the project, beside its configuration."""
    from autograd_lint.cache import FOLDER

    root = used.source.parent if used.source is not None else Path.cwd()
    return used.cache_dir or root / FOLDER
