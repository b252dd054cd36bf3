"""`--shard`: a partition that every machine works out alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from autograd_lint.sharding import Shard

Write = Callable[[str, str], Path]
Run = Callable[..., Result]

SIZES = st.dictionaries(
    st.text("abc", min_size=1, max_size=6).map(Path), st.integers(1, 1000), max_size=40
)


@given(SIZES, st.integers(1, 7))
def test_every_file_is_in_exactly_one_shard(sizes: dict[Path, int], count: int) -> None:
    shards = [Shard(number, count).of(sizes) for number in range(1, count + 1)]
    assert sorted(path for shard in shards for path in shard) == sorted(sizes)


@given(SIZES, st.integers(1, 7))
def test_no_shard_is_heavier_than_another_by_more_than_a_file(
    sizes: dict[Path, int], count: int
) -> None:
    shards = [Shard(number, count).of(sizes) for number in range(1, count + 1)]
    loads = [sum(sizes[path] for path in shard) for shard in shards]
    assert max(loads) - min(loads) <= max(sizes.values(), default=0)


@given(SIZES, st.randoms())
def test_the_order_of_the_files_does_not_matter(sizes: dict[Path, int], random: object) -> None:
    items = list(sizes.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert Shard(1, 3).of(dict(items)) == Shard(1, 3).of(sizes)


def test_shards_together_say_what_one_run_says(write: Write, run: Run) -> None:
    for number in range(7):
        write(f"{number}.py", "LEAF\n" * (number + 1))
    write("broken.py", "def f(:\n")
    Path("plain.py").write_text("x = 1\n")

    def findings(*arguments: str) -> list[str]:
        output = run("check", "--output-format", "concise", *arguments).stdout
        return output.splitlines()[:-2]

    parts = [line for i in (1, 2, 3) for line in findings("--shard", f"{i}/3")]
    assert sorted(parts) == sorted(findings())
    assert "left 6 files to other shards" in run("check", "--shard", "1/3").stdout


def test_the_files_of_a_shard_can_be_shown(write: Write, run: Run) -> None:
    for number in range(5):
        write(f"{number}.py", "LEAF\n" * (number + 1))

    shown = [run("check", "--show-files", "--shard", f"{i}/2").stdout.splitlines() for i in (1, 2)]

    assert sorted(len(lines) for lines in shown) == [2, 3]
    assert sorted(shown[0] + shown[1]) == run("check", "--show-files").stdout.splitlines()


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_a_shard_that_is_none_is_an_error(run: Run, shard: str) -> None:
    result = run("check", "--shard", shard)
    assert result.exit_code == 2
    assert "with I from 1 to N" in result.stderr
