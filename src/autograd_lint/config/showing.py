"""A configuration in words, for those who wonder what applies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from autograd_lint.catalogue import all_rules
from autograd_lint.config.settings import Config
from autograd_lint.discovery import DEFAULT_EXCLUDE, Ignore


def shown(config: Config) -> str:
    """The settings, one a line as configuration files spell them, and the rules that are on."""
    return "".join(f"{line}\n" for line in _lines(config))


def _lines(config: Config) -> Iterator[str]:
    selection, exclusion = config.selection, config.exclusion
    yield f"select = {_list(('ALL',) if selection.select is None else selection.select)}"
    yield f"extend-select = {_list(selection.extend_select)}"
    yield f"ignore = {_list(selection.ignore)}"
    yield f"preview = {_flag(selection.preview)}"
    if exclusion.replaced is None:
        yield f"exclude = {_list(DEFAULT_EXCLUDE)}"
    else:
        yield f"exclude = {_patterns(exclusion.replaced)}"
    for ignore in exclusion.added:
        yield f"extend-exclude = {_patterns(ignore)}"
    yield f"force-exclude = {_flag(exclusion.forced)}"
    for per_file in config.per_file_ignores:
        sign = "!" if per_file.negated else ""
        pattern = json.dumps(sign + per_file.files.patterns[0], ensure_ascii=False)
        yield f"per-file-ignores.{pattern} = {_list(per_file.codes)}  # in {per_file.files.folder}"
    yield f"show-possible = {_flag(config.show_possible)}"
    yield f"fix = {_flag(config.fix)}"
    yield f"unsafe-fixes = {_flag(config.unsafe_fixes)}"
    if config.output_format is not None:
        yield f"output-format = {json.dumps(config.output_format)}"
    if config.baseline is not None:
        yield f"baseline = {json.dumps(str(config.baseline), ensure_ascii=False)}"
    if config.cache_dir is not None:
        yield f"cache-dir = {json.dumps(str(config.cache_dir), ensure_ascii=False)}"
    rules = all_rules()
    on = selection.codes(rules)
    yield ""
    yield "# The rules that are on:"
    yield from (f"# {code} {rule.name}" for code, rule in rules.items() if code in on)


def _list(items: Iterable[str]) -> str:
    return json.dumps(list(items), ensure_ascii=False)


def _patterns(ignore: Ignore) -> str:
    return f"{_list(ignore.patterns)}  # in {ignore.folder}"


def _flag(value: bool) -> str:
    return "true" if value else "false"
