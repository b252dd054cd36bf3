"""Ask torch what a program does: run it, and say where it raises and why.

Programs are executed in this process: they come from the generator, which writes no files and
starts nothing. A campaign calls this from its worker processes.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

FILENAME = "<program>"

ENGINE = "_engine_run_backward"
"""The function of torch's through which a backward goes."""

TIME_LIMIT = 20
"""Seconds after which running or linting one program is given up."""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of error that autograd raises, and the codes that a finding about it may have."""

    name: str
    words: str
    """Part of torch's message."""
    codes: frozenset[str]
    elsewhere: bool = False
    """A finding stands at what is wrong, which is not where torch raises."""


def _family(name: str, words: str, *codes: str, elsewhere: bool = False) -> Family:
    return Family(name, words, frozenset(codes), elsewhere)


FAMILIES = (
    _family("view of leaf written", "a view of a leaf Variable that requires grad", "AGL101"),
    _family("leaf written", "a leaf Variable that requires grad", "AGL101"),
    _family(
        "saved tensor modified",
        "needed for gradient computation has been modified",
        "AGL102",
        "AGL106",
        "AGL202",
    ),
    _family("multi-view written", "returns multiple views", "AGL103", "AGL106"),
    _family("no_grad view written", "was created in no_grad mode", "AGL103"),
    _family("inference view written", "was created in inference mode", "AGL103", "AGL108"),
    _family("expanded memory written", "more than one element of the written-to", "AGL105"),
    _family("out= requires grad", "out=... arguments don't support automatic", "AGL107"),
    _family("inference tensor saved", "Inference tensors cannot be saved", "AGL108"),
    _family("inference tensor written", "Inplace update to inference tensor", "AGL108"),
    _family("inference requires_grad", "requires_grad=True on inference tensor", "AGL108"),
    _family("custom function view written", "was created inside a custom Function", "AGL103"),
    _family(
        "gradient count", "returned an incorrect number of gradients", "AGL501", elsewhere=True
    ),
    _family("backward twice", "backward through the graph a second time", "AGL201", "AGL202"),
    _family("non-scalar", "grad can be implicitly created only for scalar", "AGL203"),
    _family("without grad", "does not require grad and does not have a grad_fn", "AGL204"),
    _family("input without grad", "One of the differentiated Tensors does not", "AGL204"),
    _family("optimizer of non-leaf", "can't optimize a non-leaf Tensor", "AGL310"),
    _family("LBFGS without closure", "missing 1 required positional argument: 'closure'", "AGL311"),
    _family("non-float requires_grad", "floating point", "AGL404"),
    _family("requires_grad of non-leaf", "change requires_grad flags of leaf", "AGL405"),
    _family("numpy of requires grad", "Can't call numpy() on Tensor that requires", "AGL408"),
    _family("hook without grad", "cannot register a hook on a tensor that doesn't", "AGL414"),
    _family("deepcopy of non-leaf", "support the deepcopy protocol", "AGL415"),
    _family("deepcopy of non-leaf", "Only Tensors created explicitly by the user", "AGL415"),
)
"""Torch's messages, the more special first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What torch did with a program: it ran to its end, or raised at a line."""

    line: int | None = None
    """The raising line, innermost in the program's own text; None where it ran to its end."""
    family: Family | None = None
    """None where it ran to its end, and where what it raised is no matter of autograd's."""
    message: str = ""
    backward: int | None = None
    """The line that went backward, where what raised is a custom backward's or a hook's."""

    @property
    def clean(self) -> bool:
        """Whether the program ran to its end."""
        return self.line is None

    @property
    def foreign(self) -> bool:
        """Whether it raised for other reasons than autograd's, so that it proves nothing."""
        return self.line is not None and self.family is None


class OutOfTimeError(Exception):
    """Running or linting one program took longer than the limit."""


@contextmanager
def time_limit(seconds: int = TIME_LIMIT) -> Iterator[None]:
    """Raise OutOfTimeError inside the block when it takes longer; for the main thread, on POSIX."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError(f"not done within {seconds} seconds")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def family_of(message: str) -> Family | None:
    """The family of a message of torch's; None for what is no matter of autograd's."""
    return next((family for family in FAMILIES if family.words in message), None)


def run(text: str) -> Outcome:
    """Execute a program in torch, seeded, and say what happened.

    Raises SyntaxError where the text is no Python.
    """
    return _execute(compile(text, FILENAME, "exec"))


def executed_lines(text: str) -> frozenset[int]:
    """Execute a program once more, and give the lines that were begun, the raising one included."""
    lines: set[int] = set()

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != FILENAME:
            return None
        if event == "line":
            lines.add(frame.f_lineno)
        return trace

    code = compile(text, FILENAME, "exec")
    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        _execute(code)
    finally:
        sys.settrace(previous)
    return frozenset(lines)


def _execute(code: CodeType) -> Outcome:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    with warnings.catch_warnings(), torch.inference_mode(False), torch.enable_grad(), time_limit():
        warnings.simplefilter("ignore")
        try:
            exec(code, {"__name__": "__main__"})
        except Exception as error:
            own, backward = [], None
            for step in _steps(error):
                if step.tb_frame.f_code.co_filename == FILENAME:
                    own.append(step.tb_lineno)
                elif step.tb_frame.f_code.co_name == ENGINE and own:
                    backward = own[-1]
            message = f"{type(error).__name__}: {error}"
            return Outcome(own[-1] if own else 1, family_of(message), message, backward)
    return Outcome()


def _steps(error: BaseException) -> Iterator[Any]:
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next
