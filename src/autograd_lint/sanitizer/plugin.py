"""`pytest --autograd-lint`: a test in which the sanitizer finds something fails.

Nothing is imported or done without the option. `@pytest.mark.autograd_lint(ignore=["AGL206"])` says what
a test may do, and `@pytest.mark.autograd_lint(off=True)` leaves it alone.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

_MARK = "autograd_lint(off=False, ignore=()): what the sanitizer may find in this test"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    group = parser.getgroup("autograd-lint")
    group.addoption(
        "--autograd-lint",
        action="store_true",
        help="watch autograd in each test, and fail it on findings",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known."""
    config.addinivalue_line("markers", _MARK)


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, None]:
    """Runs a test under the sanitizer."""
    mark = pyfuncitem.get_closest_marker("autograd_lint")
    options = mark.kwargs if mark is not None else {}
    if not pyfuncitem.config.getoption("--autograd-lint") or options.get("off"):
        yield
        return
    from autograd_lint.sanitizer.session import Session
    from autograd_lint.sanitizer.silence import shown
    from autograd_lint.sanitizer.telling import told

    session = Session()
    with session:
        outcome = yield
    # An exception that the test expects to be raised, or has raised by itself, has not come here.
    if outcome.excinfo is not None:
        session.stopped(outcome.excinfo[1])
    ignored = tuple(options.get("ignore", ()))
    findings = [
        f for f in shown(session.findings()) if f.code not in ignored and f.name not in ignored
    ]
    if not findings:
        return
    report = told(findings, session)
    if outcome.excinfo is None:
        outcome.force_exception(pytest.fail.Exception(report, pytrace=False))
    else:
        pyfuncitem.add_report_section("call", "autograd-lint", report)
