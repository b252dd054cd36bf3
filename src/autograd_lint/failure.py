"""Mistakes of autograd-lint's own: they are told of, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograd_lint.finding import Place


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that nobody expected, and the part of the analysis that it has cost."""

    part: str
    """What was not done to its end: "rule AGL102", "`train`"."""
    place: Place
    """Where in the source it happened."""
    error: str
    """The exception, on one line."""
    origin: str
    """Where in autograd-lint it was raised."""
    details: str
    """The traceback."""

    @classmethod
    def of(cls, part: str, place: Place, error: Exception) -> Failure:
        """The failure of a part by an exception, which is being handled."""
        import traceback  # which there is seldom need for

        said = str(error).partition("\n")[0]
        name = type(error).__name__
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return cls(
            part,
            place,
            f"{name}: {said}" if said else name,
            f"{frame.filename}:{frame.lineno}",
            "".join(traceback.format_exception(error)),
        )

    def message(self, others: int = 0) -> str:
        """What is said of it, and of so many other parts that failed in the same way."""
        more = f" and in {others} more place{'' if others == 1 else 's'}" if others else ""
        return (
            f"internal error in {self.part}{more}: {self.error}; "
            "please report it with what `--verbose` prints"
        )


def distinct(failures: Iterable[Failure]) -> Iterator[tuple[Failure, int]]:
    """The first of each cause, and how many parts besides its own have failed of it."""
    by_cause: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        by_cause.setdefault((failure.error, failure.origin), []).append(failure)
    for alike in by_cause.values():
        yield alike[0], len({failure.part for failure in alike}) - 1
