"""`check` on whole programs that were written without knowing how it works, with their fixed twins.

torch has borne out their marks; `autograd-lint confirm tests/programs` does so again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint.confirm import checking
from autograd_lint.confirm.verdict import read

FOLDER = Path(__file__).with_name("programs")
PROGRAMS = sorted(FOLDER.glob("*/*.py"))
MISSED = {
    "mixed/012_finetune_head_bad.py": "it stands where the optimizer is made, in a helper",
    "lost/007_token_saliency_bad.py": "a list of numbers that are looked up under unknown keys",
    "lost/026_dqn_chain_bad.py": "a copy that is made in the 25th round of nested loops",
    "lost/039_compressed_spectral_loss_bad.py": "a power of what may, but need not, be zero",
    "loops/041_actor_loss_of_stored_actions_bad.py": "a loss without what it is to train",
}
"""Bad programs that are still missed, and what is not understood of them."""


def case(path: Path) -> object:
    """A program as a test case; one that is missed has to fail."""
    name = path.relative_to(FOLDER).as_posix()
    reason = MISSED.get(name)
    marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]
    return pytest.param(path, id=name, marks=marks)


@pytest.mark.parametrize("path", [case(path) for path in PROGRAMS])
def test_check_reports_the_marked_lines_and_nothing_else(path: Path) -> None:
    found = checking.disagreements(read(path))

    assert [f"line {d.line}: {d.message}" for d in found] == []


def test_every_bad_program_has_a_good_twin() -> None:
    bad = {path.stem.removesuffix("_bad") for path in PROGRAMS if path.stem.endswith("_bad")}
    good = {path.stem.removesuffix("_good") for path in PROGRAMS if path.stem.endswith("_good")}

    assert len(bad) == 246
    assert bad <= good
