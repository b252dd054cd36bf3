"""Looks at the graph that autograd has built, which is there to be read: nodes, edges, what was saved.

Nothing here changes it, but for `saved_tensor`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from autograd_lint.sanitizer.history import LEAF

if TYPE_CHECKING:
    import torch

Node = Any
"""`torch.autograd.graph.Node`, which has more methods than its stub."""

FREED = "Trying to backward through the graph a second time"
MODIFIED = "modified by an inplace operation"
REBASED = "its base or another view of its base has been modified inplace"


def node_of(tensor: torch.Tensor) -> Node | None:
    """The node that has made a tensor.

    Asking makes a new one for a view whose base was written, which torch may refuse
    (VariableHooks::grad_fn, torch/csrc/autograd/variable.cpp).
    """
    try:
        return tensor.grad_fn
    except RuntimeError:
        return None


def behind(roots: Iterable[Node]) -> set[Node]:
    """All nodes that a backward from these comes to."""
    stack = list(roots)
    seen = set(stack)
    while stack:
        for node, _ in stack.pop().next_functions:
            if node is not None and node not in seen:
                seen.add(node)
                stack.append(node)
    return seen


def terms(roots: Iterable[Node]) -> set[tuple[int, int]]:
    """What roots are sums of, or multiples: the number of each node, and which of its results it is."""
    stack = list(roots)
    found = set[tuple[int, int]]()
    while stack:
        node = stack.pop()
        edges = [edge for edge in node.next_functions if edge[0] is not None]
        is_multiple = len(edges) == 1 and node.name().startswith(("Mul", "Div", "Neg", "Mean"))
        if is_multiple or node.name().startswith(("Add", "Sub", "Sum", "Stack")):
            for edge, output in edges:
                if (edge._sequence_nr(), output) not in found:
                    found.add((edge._sequence_nr(), output))
                    stack.append(edge)
    return found


def leaves(nodes: Iterable[Node]) -> list[torch.Tensor]:
    """The leaves that are filled by these nodes."""
    # `AccumulateGrad` alone has `variable`; what raises in a backward (`Error`) has its number, too.
    return [n.variable for n in nodes if n._sequence_nr() == LEAF and hasattr(n, "variable")]


def leaves_behind(tensor: torch.Tensor) -> list[torch.Tensor]:
    """The leaves that a backward from `tensor` fills."""
    node = node_of(tensor)
    if node is not None:
        return leaves(behind([node]))
    if tensor._base is not None:  # a view that was made without a graph
        return leaves_behind(tensor._base)
    return [tensor] if tensor.requires_grad else []


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """As a backward comes to them: later ones first (Engine::execute takes them by number)."""
    inner = [node for node in nodes if node._sequence_nr() != LEAF]
    return sorted(inner, key=lambda node: -node._sequence_nr())


def complaint(node: Node) -> tuple[str, str] | None:
    """What a node saved that cannot be used any more: its name, and what torch says of it."""
    for name in _saved(node):
        try:
            getattr(node, name)
        except RuntimeError as error:
            return name, str(error)
    return None


def saves_anything(node: Node) -> bool:
    """Whether it has saved tensors, which a backward frees."""
    return any(True for name in dir(node) if name.startswith("_raw_saved_"))


def saved_tensors(node: Node) -> Iterator[tuple[str, torch.Tensor]]:
    """What a node has saved and can still give, with its name."""
    import torch

    for name in _saved(node):
        try:
            saved = getattr(node, name)
        except RuntimeError:
            continue
        for tensor in saved if isinstance(saved, tuple) else (saved,):
            if isinstance(tensor, torch.Tensor):
                yield name, tensor


def saved_tensor(node: Node, name: str, message: str) -> torch.Tensor | None:
    """What a node has saved under a name although torch refuses to give it.

    A `SavedTensor` shows it as its `data`. Where torch is too old for that, hooks that are put on it are
    shown it without a check of its version (`SavedVariable::register_hooks` in torch's saved_variable.cpp).
    From then on they have to answer for it, so these raise what torch has raised: a second attempt fails in
    the same words.
    """
    shown: list[torch.Tensor] = []

    def unpack(_: object) -> NoReturn:
        raise RuntimeError(message)

    raw = getattr(node, f"_raw{name}" if name.startswith("_saved") else "_raw_saved_tensors")
    for saved in raw if isinstance(raw, tuple) else (raw,):
        if hasattr(saved, "data"):
            shown.append(saved.data)
            if _is_the_one(shown[-1], message):
                return shown[-1]
            continue
        try:
            saved.register_hooks(shown.append, unpack)
        except RuntimeError:  # freed, never defined, or somebody's hooks are there
            continue
        if shown and _is_the_one(shown[-1], message):
            return shown[-1]
    return None


def _is_hooked(node: Node, name: str) -> bool:
    """Whether hooks keep what is saved, as those of a checkpoint do, which compute it anew."""
    try:
        raw = getattr(node, f"_raw{name}", None)
    except RuntimeError:  # freed
        return False
    hooks = [getattr(r, "unpack_hook", None) for r in (raw if isinstance(raw, tuple) else (raw,))]
    return any(hook is not None and hook.__module__ != __name__ for hook in hooks)


def _is_the_one(tensor: Any, message: str) -> bool:
    if tensor is None or not hasattr(tensor, "_version"):
        return False
    if MODIFIED not in message:
        return True
    return f"{list(tensor.shape)}]" in message and f"is at version {tensor._version};" in message


def what(name: str) -> str:
    """How a saved tensor is called in messages: `_saved_result` is the node's result."""
    plain = name.removeprefix("_saved_")
    if plain == "result":
        return "its result"
    if plain in ("tensors", name):
        return "a tensor"
    return f"its `{plain}`"


def operator(node: Node) -> str:
    """`exp` for a node `ExpBackward0`."""
    return operator_name(node.name())


def operator_name(name: str) -> str:
    """`exp` for `ExpBackward0`."""
    name = name.rpartition("::")[2]
    stem = name.rstrip("0123456789").removesuffix("Backward")
    return stem[:1].lower() + stem[1:] if name != stem else name


def _saved(node: Node) -> list[str]:
    """The names of what a node has saved, but for what somebody's hooks would have to bring back."""
    names = [n for n in dir(node) if n.startswith("_saved_") and not _is_hooked(node, n)]
    if not names and hasattr(type(node), "_forward_cls"):
        names = ["saved_tensors"]
    return names
