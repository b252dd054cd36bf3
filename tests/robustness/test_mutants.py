"""A seeded sample of broken programs; `python -m campaign mutate` breaks more of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from campaign.mutate import mutant, survey, wrong

ROOT = Path(__file__).parents[2]


def test_nothing_goes_wrong_with_a_sample_of_mutants() -> None:
    result = survey(range(40))
    assert result.failures == []
    assert result.unparsable < 20, "most mutants are to be programs"


def test_equal_seeds_give_equal_mutants_whatever_the_hash_seed() -> None:
    code = "from campaign.mutate import mutant; print(*map(mutant, range(30)))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_mutants_differ() -> None:
    assert len({mutant(seed) for seed in range(50)}) == 50


def test_what_goes_wrong_is_said() -> None:
    assert wrong(b"import torch\n") == ""
    assert wrong(b"\xff") == ""
