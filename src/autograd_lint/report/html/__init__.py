"""One page for a browser: each finding with its code, the way of its trace, and its graph.

The page holds everything that it shows and asks for nothing. What comes from sources is escaped,
and the browser is told to run no script but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from inspect import cleandoc
from itertools import groupby

from autograd_lint.finding import Finding, Severity
from autograd_lint.report import BARE, Context
from autograd_lint.report.html.code import figure as code_figure
from autograd_lint.report.html.fix import difference
from autograd_lint.report.html.graph import MARKERS
from autograd_lint.report.html.graph import figure as graph_figure
from autograd_lint.report.html.prose import escaped, inline, page
from autograd_lint.report.places import spot


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """The page; also where nothing was found, for what it says about what was analysed."""
    return "\n".join(_document(findings, context)) + "\n"


def _document(findings: Sequence[Finding], context: Context) -> Iterator[str]:
    script, style = _asset("page.js"), _asset("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    numbered = list(enumerate(findings, start=1))
    by_file = [
        (path, list(group)) for path, group in groupby(numbered, lambda pair: pair[1].place.path)
    ]
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>autograd-lint: {_count(len(findings))}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#findings">To the findings</a>'
    yield '<header class="top">'
    yield f'<h1>autograd-lint <span class="version">{escaped(context.version)}</span></h1>'
    yield f'<p class="closing">{"<br>".join(map(escaped, context.closing.splitlines()))}</p>'
    yield '<button type="button" id="theme" hidden>Theme: system</button>'
    yield "</header>"
    yield MARKERS
    yield '<div class="columns">'
    yield from _sidebar(findings, by_file)
    yield '<main id="findings" tabindex="-1">'
    if not findings:
        yield '<p class="nothing">There are no findings to show.</p>'
    for path, group in by_file:
        yield '<section class="file">'
        yield f"<h2>{escaped(path)}</h2>"
        for number, finding in group:
            yield from _article(number, finding, context)
        yield "</section>"
    yield '<p class="nothing" id="none-left" hidden>No finding is left by the filter.</p>'
    yield from _rules(findings, context)
    yield "</main>"
    yield "</div>"
    yield f"<script>{script}</script>"
    yield "</body>"
    yield "</html>"


def _sidebar(
    findings: Sequence[Finding], by_file: Sequence[tuple[str, Sequence[tuple[int, Finding]]]]
) -> Iterator[str]:
    counts = Counter(finding.severity for finding in findings)
    yield '<nav aria-label="Findings by file">'
    yield '<form id="filter" hidden>'
    yield '<input type="search" id="words" placeholder="Filter" aria-label="Filter by words">'
    yield "<fieldset><legend>Severity</legend>"
    for severity in Severity:
        if counts[severity]:
            yield (
                f'<label><input type="checkbox" value="{severity.value}" checked>'
                f'<span class="severity {severity.value}">{severity.value}</span> '
                f"{counts[severity]}</label>"
            )
    yield "</fieldset></form>"
    for path, group in by_file:
        yield f"<section><h2>{escaped(path)}</h2><ul>"
        for number, finding in group:
            yield (
                f'<li data-finding="{number}"><a href="#finding-{number}">'
                f'<span class="dot {finding.severity.value}"></span><span class="code">{finding.code}</span> '
                f'<span class="name">{escaped(finding.name)}</span> '
                f'<span class="spot">{spot(finding.place)}</span></a></li>'
            )
        yield "</ul></section>"
    yield "</nav>"


def _article(number: int, finding: Finding, context: Context) -> Iterator[str]:
    severity = finding.severity.value
    yield (
        f'<article id="finding-{number}" data-severity="{severity}" '
        f'aria-labelledby="title-{number}">'
    )
    yield (
        f'<h3 id="title-{number}"><span class="severity {severity}">{severity}</span> '
        f'<span class="code">{finding.code}</span> {escaped(finding.name)}</h3>'
    )
    yield f'<p class="message">{inline(finding.message)}</p>'
    yield f'<p class="meta">{spot(finding.place)} · {finding.confidence.value}</p>'
    if finding.help:
        yield f'<p class="help"><b>Help</b> {inline(finding.help)}</p>'
    if finding.fix is not None:
        yield from difference(finding.fix, context.lines)
    yield '<div class="figures">'
    yield from code_figure(finding, context.lines)
    if finding.graph is not None:
        yield from graph_figure(finding.graph, f"graph-{number}")
    yield "</div>"
    if finding.code in context.rules:
        yield f'<p class="meta"><a href="#{finding.code}">What {finding.code} is about</a></p>'
    yield "</article>"


def _rules(findings: Sequence[Finding], context: Context) -> Iterator[str]:
    """The pages of the rules that are broken."""
    codes = sorted({finding.code for finding in findings} & set(context.rules))
    if not codes:
        return
    yield '<aside class="rules"><h2>The rules</h2>'
    for code in codes:
        rule = context.rules[code]
        yield f'<div class="rule" id="{code}">'
        yield f'<h3><span class="code">{code}</span> {escaped(rule.name)}</h3>'
        yield page(cleandoc(rule.page))
        yield "</div>"
    yield "</aside>"


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"
