"""Shapes: what an operator makes of those of its operands, as far as they are known.

A shape is a tuple of sizes, with `None` for one that is not known, or `None` as a whole where not
even the rank is. The rules are those of torch's documentation; tests/autograd/test_shapes.py asks
torch about each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from autograd_lint.autograd.tensor import Shape

Arguments: TypeAlias = Mapping[str, Any]
"""What an operator is called with, by parameter: numbers, strings, `None`, tuples of them, and for
tensors and what is not known `UNKNOWN`."""

Rule = Callable[[Sequence[Shape], Arguments], Shape]


class _Unknown:
    """An argument that is not known."""


UNKNOWN = _Unknown()

_RULES: dict[str, Rule] = {}


def _rule(*names: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for name in names:
            _RULES[name] = rule
        return rule

    return register


def has_rule(operator: str) -> bool:
    """Whether there is a rule for an operator, by its short name."""
    return operator in _RULES


def infer(operator: str, shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    """Return the shape of an operator's (first) result.

    `operator` is its short name; `shapes` are those of its tensors in the order of the parameters.
    """
    rule = _RULES.get(operator)
    if rule is None or not shapes:
        return None
    try:
        return rule(shapes, arguments)
    except (ArithmeticError, IndexError, TypeError, ValueError):
        return None  # arguments that torch refuses


# Sizes


def elements(shape: Shape) -> int | None:
    """Return how many elements a shape has, `None` if that is not known."""
    if shape is None:
        return None
    total = 1
    for size in shape:
        if size is None:
            return None
        total *= size
    return total


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that these are broadcast to, with at least so many dimensions."""
    known = [shape for shape in shapes if shape is not None]
    rank = max((len(shape) for shape in known), default=0)
    result: list[int | None] = []
    for axis in range(1, rank + 1):
        sizes = {shape[-axis] for shape in known if len(shape) >= axis} - {1}
        result.append(1 if not sizes else sizes.pop() if len(sizes) == 1 else None)
    if len(known) == len(shapes):
        return tuple(reversed(result))
    if all(size == 1 for size in result):
        return None
    # What is not known may be larger, but nothing gets smaller by it.
    return tuple(None if size == 1 else size for size in reversed(result))


def axes(dim: Any, rank: int) -> tuple[int, ...] | None:
    """Return the dimensions that `dim` names, counted from the front; `None` if not known."""
    dims = dim if isinstance(dim, tuple) else (dim,)
    if not all(isinstance(d, int) and -max(rank, 1) <= d < max(rank, 1) for d in dims):
        return None
    return tuple(d % rank for d in dims) if rank else ()


def reduced(shape: Shape, dim: Any, keepdim: Any = False) -> Shape:
    """Return what is left when dimensions are reduced; all of them if `dim` is `None`."""
    if dim is None or dim == ():
        if keepdim is True and shape is not None:
            return (1,) * len(shape)
        return () if keepdim is not UNKNOWN else None
    if shape is None or keepdim is UNKNOWN:
        return None
    gone = axes(dim, len(shape))
    if gone is None:
        return None
    if keepdim:
        return tuple(1 if i in gone else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in gone)


def _dim(arguments: Arguments, default: Any = None) -> Any:
    return arguments.get("dim", arguments.get("axis", default))


def _with(shape: Sequence[int | None], at: int, size: int | None) -> Shape:
    return (*shape[:at], size, *shape[at + 1 :])


def _product(sizes: Sequence[int | None]) -> int | None:
    return elements(tuple(sizes))


# Reductions


@_rule("sum", "mean", "prod", "amax", "amin", "std", "var", "logsumexp", "nansum", "nanmean",
       "all", "any", "argmax", "argmin", "max", "min", "median", "nanmedian", "mode", "norm",
       "vector_norm", "count_nonzero")  # fmt: skip
def _reduction(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    if len(shapes) > 1:
        return broadcast(shapes)
    return reduced(shapes[0], _dim(arguments), arguments.get("keepdim", False))


@_rule("cosine_similarity")
def _cosine(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return reduced(broadcast(shapes[:2]), arguments.get("dim", 1))


@_rule("pairwise_distance")
def _pairwise(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return reduced(broadcast(shapes[:2]), -1, arguments.get("keepdim", False))


@_rule("where", "addcmul", "addcdiv", "lerp", "masked_fill", "maximum", "minimum", "atan2",
       "hypot", "xlogy", "fmod", "remainder", "clamp", "clip", "logaddexp")  # fmt: skip
def _broadcast(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return broadcast(shapes)


# Losses


@_rule("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy",
       "binary_cross_entropy_with_logits", "kl_div", "poisson_nll_loss", "soft_margin_loss",
       "hinge_embedding_loss", "margin_ranking_loss")  # fmt: skip
def _elementwise_loss(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return _loss(arguments, broadcast(shapes[:2]))


@_rule("cross_entropy", "nll_loss")
def _class_loss(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    each: Shape = None
    if given is not None:
        each = (*given[:1], *given[2:]) if len(given) > 1 else ()
    elif len(shapes) > 1:
        each = None
    return _loss(arguments, each)


@_rule("triplet_margin_loss", "cosine_embedding_loss")
def _row_loss(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return _loss(arguments, reduced(shapes[0], -1))


@_rule("gaussian_nll_loss", "multi_margin_loss", "multilabel_margin_loss",
       "multilabel_soft_margin_loss", "ctc_loss", "triplet_margin_with_distance_loss")  # fmt: skip
def _other_loss(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return _loss(arguments, None)


def _loss(arguments: Arguments, each: Shape) -> Shape:
    """Return the shape of a loss; `each` is that without reduction."""
    if arguments.get("reduce") is not None or arguments.get("size_average") is not None:
        return None
    reduction = arguments.get("reduction", "mean")
    if reduction in ("mean", "sum", "batchmean"):
        return ()
    return (each if each is not None else (None,)) if reduction == "none" else None


# Products


@_rule("matmul")
def _matmul(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    if len(shapes) < 2 or shapes[0] is None or shapes[1] is None:
        return None
    left, right = shapes[0], shapes[1]
    if not left or not right:
        return None
    batch = broadcast((left[:-2], right[:-2]))
    assert batch is not None
    rows = left[-2:-1] if len(left) > 1 else ()
    columns = right[-1:] if len(right) > 1 else ()
    return (*batch, *rows, *columns)


@_rule("mm", "bmm")
def _mm(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return _matmul(shapes, arguments)


@_rule("addmm", "baddbmm", "addmv", "addbmm")
def _addmm(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return _matmul(shapes[1:], arguments)


@_rule("mv")
def _mv(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return None if shapes[0] is None else shapes[0][:1]


@_rule("dot", "vdot", "trace", "det", "logdet")
def _scalar(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return ()


@_rule("outer", "ger")
def _outer(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    if len(shapes) < 2 or shapes[0] is None or shapes[1] is None:
        return None
    return (*shapes[0], *shapes[1])


@_rule("einsum")
def _einsum(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    equation = arguments.get("equation")
    if not isinstance(equation, str) or "->" not in equation or "..." in equation:
        return None
    inputs, _, output = equation.replace(" ", "").partition("->")
    sizes: dict[str, int | None] = {}
    for letters, shape in zip(inputs.split(","), shapes, strict=False):
        if shape is not None and len(shape) == len(letters):
            for letter, size in zip(letters, shape, strict=True):
                sizes[letter] = sizes.get(letter) or size
    return tuple(sizes.get(letter) for letter in output)


@_rule("linear")
def _linear(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    if shapes[0] is None or not shapes[0]:
        return None
    weight = shapes[1] if len(shapes) > 1 else None
    return (*shapes[0][:-1], *(weight[:1] if weight is not None else (None,)))


@_rule("embedding")
def _embedding(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    if shapes[0] is None:
        return None
    weight = shapes[1] if len(shapes) > 1 else None
    return (*shapes[0], weight[1] if weight is not None and len(weight) == 2 else None)


@_rule("conv1d", "conv2d", "conv3d")
def _conv(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    weight = shapes[1] if len(shapes) > 1 else None
    if given is None or weight is None:
        return None
    space = len(weight) - 2
    return (*given[: len(given) - space - 1], weight[0], *[None] * space)


@_rule("max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d",
       "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d",
       "adaptive_max_pool2d", "adaptive_max_pool3d", "interpolate", "upsample", "pad",
       "grid_sample")  # fmt: skip
def _pool(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    if given is None:
        return None
    size = arguments.get("output_size")
    kept = given[:2] if len(given) > 2 else given[:1]
    space = len(given) - len(kept)
    if isinstance(size, int):
        return (*kept, *[size] * space)
    return (*kept, *[None] * space)


# Joining and picking


@_rule("cat", "concat", "concatenate")
def _cat(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    first = shapes[0]
    if first is None:
        return None
    at = axes(_dim(arguments, 0), len(first))
    if not at:
        return (None,) * len(first)
    parts = [shape[at[0]] if shape and len(shape) > at[0] else None for shape in shapes]
    known = [part for part in parts if part is not None]
    total = sum(known) if len(known) == len(parts) and not arguments.get("open") else None
    return _with(first, at[0], total)


@_rule("stack")
def _stack(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    first = shapes[0]
    if first is None:
        return (None,)  # one dimension at least
    at = axes(_dim(arguments, 0), len(first) + 1)
    count = None if arguments.get("open") else len(shapes)
    if not at:
        return (None,) * (len(first) + 1)
    return (*first[: at[0]], count, *first[at[0] :])


@_rule("gather", "take_along_dim")
def _gather(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return shapes[1] if len(shapes) > 1 else None


@_rule("index_select")
def _index_select(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    at = axes(_dim(arguments), len(given)) if given else None
    if given is None or not at:
        return None
    index = shapes[1] if len(shapes) > 1 else None
    return _with(given, at[0], index[0] if index else None)


@_rule("topk", "kthvalue")
def _topk(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    at = axes(_dim(arguments, -1), len(given)) if given else None
    if given is None or not at:
        return None
    count = arguments.get("k")
    return _with(given, at[0], count if isinstance(count, int) else None)


@_rule("masked_select")
def _masked_select(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return (None,)


@_rule("repeat", "tile")
def _repeat(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    sizes = _sizes(arguments)
    given = shapes[0]
    if given is None or sizes is None:
        return None
    padded = (*[1] * (len(sizes) - len(given)), *given)
    return tuple(
        old * new if old is not None and new is not None else None
        for old, new in zip(padded, sizes, strict=False)
    )


@_rule("one_hot")
def _one_hot(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    count = arguments.get("num_classes", -1)
    if shapes[0] is None:
        return None
    return (*shapes[0], count if isinstance(count, int) and count > 0 else None)


# Views


def _sizes(arguments: Arguments) -> tuple[int | None, ...] | None:
    """Return the sizes among the arguments, given one by one or as one tuple."""
    values = [v for k, v in arguments.items() if k not in ("self", "input")]
    if len(values) == 1 and isinstance(values[0], tuple):
        values = list(values[0])
    if not values or (len(values) == 1 and values[0] is UNKNOWN):
        return None
    sizes: list[int | None] = []
    for value in values:
        if isinstance(value, tuple):
            sizes += [v if isinstance(v, int) else None for v in value]
        else:
            sizes.append(value if isinstance(value, int) else None)
    return tuple(sizes)


@_rule("view", "reshape")
def _view(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    sizes = _sizes(arguments)
    if sizes is None or -1 not in sizes:
        return sizes
    total = elements(shapes[0])
    known = _product([size for size in sizes if size != -1])
    fill = total // known if total is not None and known else None
    return tuple(fill if size == -1 else size for size in sizes)


@_rule("expand", "broadcast_to")
def _expand(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    sizes = _sizes(arguments)
    given = shapes[0]
    if sizes is None:
        return None
    offset = len(sizes) - len(given) if given is not None else 0
    return tuple(
        (given[i - offset] if given is not None and i >= offset else None) if size == -1 else size
        for i, size in enumerate(sizes)
    )


@_rule("view_as", "reshape_as", "expand_as")
def _as_other(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return shapes[1] if len(shapes) > 1 else None


@_rule("flatten", "ravel")
def _flatten(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    start, end = arguments.get("start_dim", 0), arguments.get("end_dim", -1)
    if given is None:
        return (None,) if start == 0 and end == -1 else None
    ends = axes((start, end), len(given))
    if not ends:
        return (1,) if not given else None
    first, last = ends
    return (*given[:first], _product(given[first : last + 1]), *given[last + 1 :])


@_rule("t", "T", "numpy_T")
def _t(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return shapes[0][::-1] if shapes[0] is not None else None


@_rule("transpose", "swapaxes", "swapdims")
def _transpose(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    names = [v for k, v in arguments.items() if k not in ("self", "input")]
    both = axes(tuple(names[:2]), len(given)) if given and len(names) >= 2 else None
    if given is None or both is None:
        return (None,) * len(given) if given is not None else None
    sizes = list(given)
    one, two = both
    sizes[one], sizes[two] = sizes[two], sizes[one]
    return tuple(sizes)


@_rule("permute")
def _permute(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given, order = shapes[0], _sizes(arguments)
    if given is None or order is None or len(order) != len(given):
        return (None,) * len(given) if given is not None else None
    places = axes(order, len(given))
    return tuple(given[place] for place in places) if places is not None else None


@_rule("unsqueeze")
def _unsqueeze(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    at = axes(_dim(arguments), len(given) + 1) if given is not None else None
    if given is None or not at:
        return None
    return (*given[: at[0]], 1, *given[at[0] :])


@_rule("squeeze")
def _squeeze(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    if given is None:
        return None
    if "dim" not in arguments:
        return None if None in given else tuple(size for size in given if size != 1)
    gone = axes(arguments["dim"], len(given))
    if gone is None or any(given[d] is None for d in gone):
        return None
    return tuple(size for i, size in enumerate(given) if not (i in gone and size == 1))


@_rule("select")
def _select(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return reduced(shapes[0], _dim(arguments, UNKNOWN))


@_rule("narrow")
def _narrow(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    at = axes(_dim(arguments), len(given)) if given else None
    length = arguments.get("length")
    if given is None or not at:
        return None
    return _with(given, at[0], length if isinstance(length, int) else None)


@_rule("diagonal", "diag")
def _diagonal(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    if given is None or len(given) != 2:
        return None
    plain = not [k for k in arguments if k not in ("self", "input")]
    return (given[0] if plain and given[0] == given[1] else None,)


@_rule("unbind")
def _unbind(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    return reduced(shapes[0], _dim(arguments, 0))


@_rule("split", "chunk", "tensor_split", "split_with_sizes")
def _split(shapes: Sequence[Shape], arguments: Arguments) -> Shape:
    given = shapes[0]
    at = axes(_dim(arguments, 0), len(given)) if given else None
    if given is None or not at:
        return (None,) * len(given) if given is not None else None
    size = given[at[0]]
    chunks = arguments.get("chunks", arguments.get("sections"))
    each = arguments.get("split_size", arguments.get("split_size_or_sections"))
    part: int | None = None
    if isinstance(chunks, int) and chunks > 0 and size is not None:
        part = -(-size // chunks) if size % chunks == 0 else None
    elif isinstance(each, int) and size is not None:
        part = each if size % each == 0 else None
    return _with(given, at[0], part)


# Modules


def of_module(name: str, shape: Shape, config: Arguments) -> Shape:
    """Return the shape of what a module of one of torch's classes returns for an input.

    `config` is what it was constructed with, by parameter.
    """
    if shape is None and not name.endswith("Loss"):
        return None
    if name == "Linear":
        return _linear((shape, (_size(config, "out_features"), None)), {})
    if name == "Embedding":
        return _embedding((shape, (None, _size(config, "embedding_dim"))), {})
    if name.startswith("Conv") and not name.startswith("ConvTranspose"):
        space = int(name[4]) if name[4:5].isdigit() else 0
        weight = (_size(config, "out_channels"), None, *[None] * space)
        return _conv((shape, weight), {}) if space else None
    if "Pool" in name or name.startswith("Upsample") or "Pad" in name:
        return _pool((shape,), config)
    if name == "Flatten":
        return _flatten((shape,), {"start_dim": 1, **config})
    if name in ("LSTM", "GRU", "RNN"):
        assert shape is not None
        hidden = _size(config, "hidden_size")
        both = config.get("bidirectional")
        size = hidden * 2 if hidden is not None and both is True else hidden
        return (*shape[:-1], size if both in (True, False) else None)
    if name in ("LSTMCell", "GRUCell", "RNNCell"):
        assert shape is not None
        return (*shape[:-1], _size(config, "hidden_size"))
    return None


def of_parameter(module: str, name: str, config: Arguments) -> Shape:
    """Return the shape of a parameter of one of torch's modules."""
    if module == "Linear":
        out = _size(config, "out_features")
        return (out, _size(config, "in_features")) if name == "weight" else (out,)
    if module == "Embedding":
        return _size(config, "num_embeddings"), _size(config, "embedding_dim")
    if module.startswith("Conv"):
        if name == "bias":
            return (_size(config, "out_channels"),)
        space = int(module.removesuffix("d")[-1])
        first = _size(config, "out_channels" if module[4:5].isdigit() else "in_channels")
        return (first, None, *[None] * space)
    if module.startswith(("BatchNorm", "InstanceNorm")):
        return (_size(config, "num_features"),)
    return None


def _size(config: Arguments, name: str) -> int | None:
    size = config.get(name)
    return size if isinstance(size, int) and not isinstance(size, bool) else None


_LOSSES = {
    "MSELoss": "mse_loss", "L1Loss": "l1_loss", "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss", "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "KLDivLoss": "kl_div",
    "PoissonNLLLoss": "poisson_nll_loss", "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss", "TripletMarginLoss": "triplet_margin_loss",
    "MarginRankingLoss": "margin_ranking_loss", "CosineEmbeddingLoss": "cosine_embedding_loss",
    "SoftMarginLoss": "soft_margin_loss", "HingeEmbeddingLoss": "hinge_embedding_loss",
}  # fmt: skip
"""The function behind each loss class, for what it makes without reduction."""


def of_loss(name: str, shapes: Sequence[Shape], config: Arguments) -> Shape:
    """Return the shape of what a loss class of torch's returns."""
    return infer(_LOSSES.get(name, "ctc_loss"), shapes, config)
