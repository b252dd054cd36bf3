"""What the command line says about the configuration: `--config`, `--isolated`, single settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from autograd_lint.config.files import ConfigOf, loads, nearest, read
from autograd_lint.config.settings import Config, ConfigError, Origin, applied


def given(
    options: Mapping[str, Any], configs: Sequence[str] = (), isolated: bool = False
) -> ConfigOf:
    """The configuration of each folder, with what the command line says on top.

    `options` are settings by their keys, None where nothing was said. Each of `configs` is a file,
    which then is the configuration of all folders, or a setting as a file would have it. Nothing
    is read from files if `isolated`. Raises `ConfigError`.
    """
    files = [config for config in configs if Path(config).is_file()]
    said = [(_setting(config), "--config: ") for config in configs if config not in files]
    said.append(({key: value for key, value in options.items() if value is not None}, "--"))

    def overrides(base: Config) -> Config:
        def on_top(config: Config, layer: tuple[Mapping[str, Any], str]) -> Config:
            settings, before_key = layer
            return applied(settings, Origin(before_key, Path.cwd()), config)

        return reduce(on_top, said, base)

    if len(files) > 1:
        raise ConfigError(f"--config: {files[0]} and {files[1]}: only one file can be used")
    if isolated and files:
        raise ConfigError(f"--config: {files[0]}: no file is read with --isolated")
    if not isolated and not files:
        return nearest(overrides)
    everywhere = overrides(read(Path(files[0])) if files else Config())
    return lambda folder: everywhere


def _setting(text: str) -> dict[str, Any]:
    if "=" not in text:
        raise ConfigError(f"--config: {text}: no such file, and no `key = value` either")
    try:
        return loads(text)
    except ValueError as error:
        raise ConfigError(f"--config: {text}: not valid TOML: {error}") from None
