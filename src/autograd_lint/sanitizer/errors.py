"""What torch's exceptions mean: which rule, which line is the cause, and what led to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

import torch

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.cuts import tensors
from autograd_lint.sanitizer.history import LEAF, Backward, Write
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites

if TYPE_CHECKING:
    from autograd_lint.sanitizer.session import Session


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message of torch's says, in the terms of a rule."""

    part: str
    """A part of the message."""
    code: str
    message: str
    """With `{code}` for the code that raised."""
    help: str


_TWICE = "add the losses and go backward once, or pass `retain_graph=True` the first time"
MEANINGS = (
    Meaning(
        "a view of a leaf Variable that requires grad is being used in an in-place",
        "AGL101",
        "{code} writes to a view of a leaf that requires grad in place",
        "write under `torch.no_grad()`, or build a new tensor out of it",
    ),
    Meaning(
        "a leaf Variable that requires grad",
        "AGL101",
        "{code} writes to a leaf that requires grad in place",
        "write under `torch.no_grad()`, or build a new tensor out of it",
    ),
    Meaning(
        graph.MODIFIED,
        "AGL102",
        "{code} needs a saved tensor that was written in place since",
        "write out of place (`x = x + y` for `x += y`), or to a clone",
    ),
    Meaning(
        "created in no_grad mode",
        "AGL103",
        "{code} writes to a view that was made under `no_grad`",
        "write out of place, or to a clone of the view",
    ),
    Meaning(
        "is a view and is being modified inplace",
        "AGL103",
        "{code} writes to one of several views of one tensor",
        "write out of place, or to a clone of the view",
    ),
    Meaning(
        graph.REBASED,
        "AGL103",
        "{code} uses one of several views of one tensor that was written since",
        "write before the views are made, or to a clone",
    ),
    Meaning(
        "a single memory location",
        "AGL105",
        "{code} writes to expanded memory, of which several elements are one",
        "write to a `.clone()` of what was expanded",
    ),
    Meaning(
        "out=... arguments don't support automatic differentiation",
        "AGL107",
        "{code} writes to `out` what needs a gradient",
        "leave `out` away, or call it under `torch.no_grad()`",
    ),
    Meaning(
        "Inference tensors cannot be saved for backward",
        "AGL108",
        "{code} saves a tensor for backward that was made in inference mode",
        "make it under `torch.no_grad()` instead, or `.clone()` it outside of inference mode",
    ),
    Meaning(
        "inference tensor",
        "AGL108",
        "{code} changes a tensor that was made in inference mode",
        "make it under `torch.no_grad()` instead, or `.clone()` it outside of inference mode",
    ),
    Meaning(
        graph.FREED,
        "AGL201",
        "{code} goes backward through a graph that was freed",
        _TWICE,
    ),
    Meaning(
        "grad can be implicitly created only for scalar outputs",
        "AGL203",
        "{code} starts at a tensor with more than one element",
        "reduce it first (`.mean()`, `.sum()`), or pass `gradient=`",
    ),
    Meaning(
        "does not require grad and does not have a grad_fn",
        "AGL204",
        "{code} starts at a tensor that does not require grad",
        "compute it from something that requires grad, outside `no_grad`",
    ),
    Meaning(
        "One of the differentiated Tensors does not require grad",
        "AGL209",
        "{code} asks for the gradient of a tensor that does not require grad",
        "call `.requires_grad_()` before the output is computed from it",
    ),
    Meaning(
        "appears to not have been used in the graph",
        "AGL209",
        "{code} asks for the gradient of a tensor that the output was not computed from",
        "compute the output from this very tensor, or pass `allow_unused=True`",
    ),
    Meaning(
        "() has already been called",
        "AGL308",
        "{code} is a second time since the last `update`",
        "call `scaler.update()` once in each round, after all steps",
    ),
    Meaning(
        "unscale_() is being called after step()",
        "AGL308",
        "{code} comes after the step",
        "unscale between the backward and the step",
    ),
    Meaning(
        "optimizer got an empty parameter list",
        "AGL310",
        "{code} is given no parameters",
        "call `.parameters()` again, or keep a list of it",
    ),
    Meaning(
        "can't optimize a non-leaf Tensor",
        "AGL310",
        "{code} is given the result of an operator, and torch only optimizes leaves",
        "make a leaf of it: `.detach().requires_grad_()`",
    ),
    Meaning(
        "missing 1 required positional argument: 'closure'",
        "AGL311",
        "{code} needs a closure",
        "pass a function that zeroes, computes the loss, goes backward and returns the loss",
    ),
    Meaning(
        "dtype can require gradients",
        "AGL404",
        "{code} asks for gradients of what has no fractions",
        "make it of a floating point type",
    ),
    Meaning(
        "you can only change requires_grad flags of leaf variables",
        "AGL405",
        "{code} changes `requires_grad` of the result of an operator",
        "use `.detach()` to cut the graph",
    ),
    Meaning(
        "Can't call numpy() on Tensor that requires grad",
        "AGL408",
        "{code} takes an array out of a tensor that requires grad",
        "use `.detach()` first, where no gradient is wanted",
    ),
    Meaning(
        "cannot register a hook on a tensor that doesn't require gradient",
        "AGL414",
        "{code} puts a hook on a tensor that gets no gradient",
        "register it on what requires grad",
    ),
    Meaning(
        "(graph leaves) support the deepcopy protocol",
        "AGL415",
        "{code} copies the result of an operator",
        "copy `.detach().clone()` of it",
    ),
    Meaning(
        "returned an incorrect number of gradients",
        "AGL501",
        "{code} calls a custom backward that gives the wrong number of gradients",
        "return one gradient for each argument of `forward`, and None where there is none",
    ),
    Meaning(
        "Legacy autograd function with non-static forward",
        "AGL507",
        "{code} calls an instance of a Function",
        "use `.apply`, and make `forward` and `backward` static methods",
    ),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, as it was when it was raised, and what was found out then."""

    identity: int
    text: str
    claim: Claim | None = None
    """All there is to say; else the exception's own words are explained."""
    trace: tuple[tuple[str, Site], ...] = ()
    """What led to it, before the line that raised."""

    def is_about(self, error: BaseException) -> bool:
        """Whether it is this exception's."""
        return self.identity == id(error) and self.text == str(error)


def of_operation(error: Exception, args: tuple[Any, ...], session: Session) -> Failure:
    """What is known of an operation that has raised."""
    if graph.REBASED in str(error) and (claim := _rebased(error, args, session)) is not None:
        return Failure(id(error), str(error), claim)
    tensor = args[0] if args and isinstance(args[0], torch.Tensor) else None
    trace: list[tuple[str, Site]] = []
    if tensor is not None and "inplace" in str(error):
        node = graph.node_of(tensor)
        if node is not None and node._sequence_nr() != LEAF:
            number = node._sequence_nr()
            trace.append(
                (f"`{graph.operator(node)}` makes the view here", session.nodes.site(number))
            )
    return Failure(id(error), str(error), trace=tuple(trace))


def _rebased(error: Exception, args: tuple[Any, ...], session: Session) -> Claim | None:
    """AGL103: of several views of one tensor, one is used after another one, or that, was written."""
    used, sites = session.here(), session.sites
    for tensor in tensors(args):
        write = session.writes.last(tensor.untyped_storage()._cdata)
        if tensor._is_view() and write is not None and write.site != NOWHERE:
            return Claim(
                "AGL103",
                f"`{sites.text(write.site)}` writes to what several views share, one of which "
                f"`{sites.text(used)}` uses; torch raises there",
                write.site,
                (
                    ("its memory is written here", write.site),
                    (f"and the view is used here; torch raises: {_short(str(error))}", used),
                ),
                raised=True,
                help="write before the views are made, or to a clone",
            )
    return None


def of_backward(
    error: Exception, nodes: list[graph.Node], backward: Backward, session: Session
) -> Failure:
    """What is known of a backward that has raised, with its nodes in order."""
    text = str(error)
    claim = None
    if graph.MODIFIED in text or graph.REBASED in text:
        claim = _modified(text, nodes, backward, session)
        claim = claim or _modified_input(error, backward, session)
    elif graph.FREED in text:
        claim = _freed(nodes, backward, session)
    elif "incorrect number of gradients" in text:
        claim = _miscounted(text, nodes, backward, session)
    return Failure(id(error), text, claim)


def _modified(
    text: str, nodes: list[graph.Node], backward: Backward, session: Session
) -> Claim | None:
    sites = session.sites
    for node in nodes:
        complaint = graph.complaint(node)
        if complaint is None or complaint[1] != text:
            continue
        tensor = graph.saved_tensor(node, complaint[0], text)
        if tensor is None:
            continue
        number = node._sequence_nr()
        expected = int((re.findall(r"expected version (\d+)", text) or [-1])[0])
        write = session.writes.spoiling(tensor.untyped_storage()._cdata, expected, number)
        if write is None or write.site == NOWHERE:
            continue
        saved = session.nodes.site(number)
        what = graph.what(complaint[0])
        trace = (
            (f"`{graph.operator(node)}` saves {what} for backward here", saved),
            (
                "the optimizer updates it here" if write.by_step else "it is written in place here",
                write.site,
            ),
            (f"`{sites.text(backward.site)}` needs it here", backward.site),
        )
        if write.by_step:
            message = (
                f"`{sites.text(write.site)}` updates weights that the backward in line "
                f"{sites.line(backward.site)} still needs"
            )
            help_ = "go backward before the step, or run the forward again after it"
            return Claim("AGL106", message, write.site, trace, raised=True, help=help_)
        message = (
            f"`{sites.text(write.site)}` writes in place to what `{graph.operator(node)}` saved for "
            f"backward in line {sites.line(saved)}"
        )
        help_ = "write out of place (`x = x + y` for `x += y`), or to a clone"
        return Claim("AGL102", message, write.site, trace, raised=True, help=help_)
    return None


def _modified_input(error: Exception, backward: Backward, session: Session) -> Claim | None:
    """What a checkpoint has kept, to compute from it anew, was written: a frame of torch's still has it."""
    sites, expected = session.sites, re.findall(r"expected version (\d+)", str(error))
    for frame in _frames(error.__traceback__):
        kept = frame.f_locals.get("arg") if _is_checkpoint(frame) else None
        data = getattr(kept, "data", None)
        if not expected or not isinstance(data, torch.Tensor) or isinstance(kept, torch.Tensor):
            continue
        memory = data.untyped_storage()._cdata
        write = session.writes.spoiling(memory, int(expected[0]), node=-1)
        if write is not None and write.site != NOWHERE:
            return Claim(
                "AGL106" if write.by_step else "AGL102",
                f"`{sites.text(write.site)}` writes in place to what a checkpoint is to compute anew from",
                write.site,
                (
                    ("it is written in place here", write.site),
                    (f"`{sites.text(backward.site)}` needs it here", backward.site),
                ),
                raised=True,
                help="write out of place (`x = x + y` for `x += y`), or to a clone",
            )
    return None


def _is_checkpoint(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__") == "torch.utils.checkpoint"


def _freed(nodes: list[graph.Node], backward: Backward, session: Session) -> Claim | None:
    sites = session.sites
    for node in nodes:
        number = node._sequence_nr()
        earlier = session.freed_by(number)
        if earlier is None:
            continue
        complaint = graph.complaint(node)
        if complaint is None and not graph.saves_anything(node):
            continue
        saved = session.nodes.site(number)
        last = session.backwards.last_at(backward.site)
        if (
            last is not None
            and number < last.clock
            and session.training.is_another_round(earlier, backward)
        ):
            code = "AGL202"
            message = (
                f"`{sites.text(backward.site)}` goes backward into the graph of an earlier round, which is "
                "freed by then"
            )
            help_ = "detach what is carried over from round to round, or compute it anew in each"
        else:
            code, help_ = "AGL201", _TWICE
            message = (
                f"`{sites.text(backward.site)}` goes backward through a graph that the backward in line "
                f"{sites.line(earlier.site)} has freed"
            )
        trace = (
            (f"`{graph.operator(node)}` saves what its backward needs here", saved),
            (f"`{sites.text(earlier.site)}` frees the graph here", earlier.site),
            ("and this goes backward through it again", backward.site),
        )
        return Claim(code, message, backward.site, trace, raised=True, help=help_)
    return None


def _miscounted(
    text: str, nodes: list[graph.Node], backward: Backward, session: Session
) -> Claim | None:
    """A custom backward, whose `return` is the cause."""
    for node in nodes:
        function = getattr(type(node), "_forward_cls", None)
        if function is None or type(node).__name__ not in text:
            continue
        returned = session.returned
        if returned == NOWHERE:
            continue
        return Claim(
            "AGL501",
            f"`{function.__name__}.backward` gives the wrong number of gradients: "
            f"{text[text.find('(expected') :]}".rstrip(),
            returned,
            (
                (f"`{function.__name__}` is used here", session.nodes.site(node._sequence_nr())),
                ("this backward calls it", backward.site),
                ("and it gives the wrong number here", returned),
            ),
            raised=True,
            help="return one gradient for each argument of `forward`, and None where there is none",
        )
    return None


def unseen(
    sites: Sites, node: graph.Node, name: str, write: Write, saved: Site, backward: Site
) -> Claim:
    """AGL104: what a node has saved was written unseen."""
    operator = graph.operator(node)
    return Claim(
        "AGL104",
        f"`{sites.text(write.site)}` changes, unseen by autograd, what `{operator}` saved for "
        f"backward in line {sites.line(saved)}: the gradient will be wrong",
        write.site,
        (
            (f"`{operator}` saves {graph.what(name)} for backward here", saved),
            ("it is written here without a trace of it", write.site),
            (f"`{sites.text(backward)}` needs it here", backward),
        ),
        help="write before the forward or after the backward, or out of place",
    )


def written_in_hook(
    tensor: torch.Tensor, write: Write, frame: FrameType, sites: Sites
) -> Claim | None:
    """AGL414: a tensor hook writes to the gradient that it is handed."""
    engine, hook = frame.f_back, frame
    if engine is None or engine.f_code.co_name != "_engine_run_backward":
        return None
    names = hook.f_code.co_varnames[: hook.f_code.co_argcount]
    if not names or hook.f_locals.get(names[-1]) is not tensor:
        return None
    return Claim(
        "AGL414",
        f"`{sites.text(write.site)}` writes to the gradient that the hook is handed, which others may share",
        write.site,
        (("the hook writes to its argument here", write.site),),
        help="return a new tensor",
    )


def explain(error: BaseException, session: Session) -> Iterator[Claim]:
    """What an exception that nothing has caught means, or what it was made of does."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        claims = list(_explained(link, session))
        if claims:
            yield from claims
            return
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _explained(error: BaseException, session: Session) -> Iterator[Claim]:
    failure = session.failure if session.failure and session.failure.is_about(error) else None
    if failure is not None and failure.claim is not None:
        yield failure.claim
        return
    text = f"{type(error).__name__}: {error}"
    site = _where(error.__traceback__, session.sites)
    meaning = next((m for m in MEANINGS if m.part in text), None)
    if meaning is None:
        if "context manager protocol" in text:
            yield from _not_called(error, session.sites, site)
        return
    before = failure.trace if failure is not None else ()
    code = f"`{session.sites.text(site)}`"
    subject = _subject(error.__traceback__)
    if subject is not None:
        before += tuple(session.origin(subject))
        if meaning.code == "AGL310":
            yield from session.losses.lost_leaf(subject, session.nodes)
    yield Claim(
        meaning.code,
        meaning.message.format(code=code) + "; torch raises here",
        site,
        (*before, (f"torch raises here: {_short(str(error))}", site)),
        raised=True,
        help=meaning.help,
    )


def _not_called(error: BaseException, sites: Sites, site: Site) -> Iterator[Claim]:
    """`with torch.no_grad:` uses a class in the place of its instance."""
    frames = list(_frames(error.__traceback__))
    modes = (torch.no_grad, torch.enable_grad, torch.inference_mode, torch.set_grad_enabled)
    names = {
        name for frame in frames[-1:] for name in frame.f_code.co_names + frame.f_code.co_varnames
    }
    values = {**frames[-1].f_globals, **frames[-1].f_locals} if frames else {}
    is_named = names & {mode.__name__ for mode in modes}
    if is_named or any(
        values.get(name) in modes for name in names if isinstance(values.get(name), type)
    ):
        yield Claim(
            "AGL603",
            f"`{sites.text(site)}` names a grad mode and does not call it; Python raises here",
            site,
            ((f"Python raises here: {error}", site),),
            raised=True,
            help="call it: `torch.no_grad()`",
        )


def _subject(trace: TracebackType | None) -> torch.Tensor | None:
    """The tensor that torch refused, where a frame of torch's still holds it."""
    for frame in reversed(list(_frames(trace))):
        for module, name in (("torch._tensor", "self"), ("torch.optim.optimizer", "param")):
            if frame.f_globals.get("__name__") == module:
                value = frame.f_locals.get(name)
                if isinstance(value, torch.Tensor):
                    return value
    return None


def _where(trace: TracebackType | None, sites: Sites) -> Site:
    """The innermost line of the program that an exception came through."""
    found = NOWHERE
    while trace is not None:
        if sites.is_own(trace.tb_frame):
            found = sites.of_code(trace.tb_frame.f_code, trace.tb_lasti)
        trace = trace.tb_next
    return found


def _frames(trace: TracebackType | None) -> Iterator[FrameType]:
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _short(text: str, length: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
