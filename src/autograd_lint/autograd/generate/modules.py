"""Rows of the classes in `torch.nn`: their parameters, and what a call saves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from autograd_lint.autograd.generate import measuring
from autograd_lint.autograd.generate.measuring import Call, Saving, call
from autograd_lint.autograd.generate.samples import floats, ints


@dataclass(frozen=True)
class Use:
    """How a module is made, and the inputs of its calls."""

    made: Call
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class _Fact:
    mode: str
    present: frozenset[str]
    """The inputs and parameters that there are."""
    saving: Saving
    twice: bool
    same: bool
    scalar: bool


def module_rows() -> dict[str, Any]:
    """Return the row of each class that is known how to use."""
    return {name: _row(getattr(nn, name), uses) for name, uses in uses_of_modules().items()}


def _row(cls: type[nn.Module], uses: Sequence[Use]) -> dict[str, Any]:
    facts: dict[str, list[_Fact]] = {}
    for use in uses:
        for given in use.calls:
            for fact in _facts(cls, use.made, given):
                facts.setdefault(fact.mode, []).append(fact)
    everything = [fact for group in facts.values() for fact in group]
    first = uses[0]
    row: dict[str, Any] = {
        "signature": _signature(cls),
        "parameters": [name for name, _ in _make(cls, first.made, first.calls[0]).named_parameters()],
        "saves": {
            mode: [*_always_saved(group), all(fact.twice for fact in group)]
            for mode, group in sorted(facts.items())
        },
        "shape": _shape(cls, everything),
    }  # fmt: skip
    copied = sorted(frozenset().union(*(fact.saving.copied for fact in everything)))
    folded = measuring.folded(fact.saving for fact in everything)
    if _works_in_place(cls, first):
        row["inplace"] = True
    if copied:
        row["copied"] = copied
    if folded:
        row["folded"] = folded
    return row


def _works_in_place(cls: type[nn.Module], use: Use) -> bool:
    """Whether ``inplace=True`` makes a module write: some classes take it and do not."""
    if "inplace" not in inspect.signature(cls).parameters:
        return False
    module = cls(*use.made.args, **{**use.made.kwargs, "inplace": True})
    target = measuring.fresh(use.calls[0].args[0], False)
    module(target)
    return bool(target._version > 0)


def _always_saved(facts: Sequence[_Fact]) -> list[str]:
    """Return what every call saves, of those that have it."""
    labels = sorted(frozenset().union(*(fact.saving.saved for fact in facts)))
    return [
        label
        for label in labels
        if all(label in fact.saving.saved for fact in facts if label in fact.present)
    ]


def _signature(cls: type[nn.Module]) -> list[list[Any]]:
    """Return the constructor's parameters and their defaults, ``?`` for none or no plain one."""
    constructor = nn.RNNBase.__init__ if issubclass(cls, nn.RNNBase) else cls.__init__
    return [
        [name, parameter.default if _is_plain(parameter.default) else "?"]
        for name, parameter in inspect.signature(constructor).parameters.items()
        if name not in ("self", "mode", "device", "dtype")
    ]


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | None)


def _make(cls: type[nn.Module], made: Call, given: Call) -> nn.Module:
    module = cls(*made.args, **made.kwargs)
    if any(isinstance(p, nn.UninitializedParameter) for p in module.parameters()):
        module(*given.args, **given.kwargs)
    return module


def _facts(cls: type[nn.Module], made: Call, given: Call) -> Iterator[_Fact]:
    """Yield what a call does: training or not, with which inputs and parameters requiring grad."""
    able = [n for n, arg in enumerate(given.args) if any(map(_floating, measuring.tensors_in(arg)))]
    inputs = [("", ()), (" grad", tuple(able[:1])), (" grad", tuple(able))]
    for training in (True, False):
        for frozen in (False, True):
            for suffix, needing in dict.fromkeys(inputs):
                module = _make(cls, made, given).train(training).requires_grad_(not frozen)
                if frozen and not any(True for _ in module.parameters()):
                    continue
                mode = ("train" if training else "eval") + suffix + (" frozen" if frozen else "")
                try:
                    fact = _measure(module, given, needing, mode)
                except RuntimeError as error:
                    if "not differentiable with respect to" not in str(error):
                        raise
                    continue
                if fact is not None:
                    yield fact


def _floating(tensor: Tensor) -> bool:
    return tensor.is_floating_point()


def _measure(module: nn.Module, given: Call, needing: Iterable[int], mode: str) -> _Fact | None:
    found = []
    for layout in (Tensor.contiguous, measuring.gapped, measuring.transposed):
        args = [measuring.fresh(a, n in needing, layout) for n, a in enumerate(given.args)]
        result, packed = measuring.saving(partial(module, *args, **given.kwargs))
        results = measuring.tensors_in(result)
        operands = [
            (f"input{n}", t) for n, arg in enumerate(args) for t in measuring.tensors_in(arg)
        ]
        roots = [tensor for tensor in results if tensor.requires_grad]
        if not roots:
            return None
        if layout is Tensor.contiguous:
            twice, first = _raises_twice(roots), results[0]
        named = [*operands, *module.named_parameters()]
        found.append(measuring.saved_names(packed, named, results))
    shape = operands[0][1].shape
    parameters = [name for name, _ in module.named_parameters()]
    return _Fact(
        mode,
        frozenset(["result", *(name for name, _ in operands), *parameters]),
        Saving(operands, found[0], found[0] - frozenset.intersection(*found)),
        twice,
        first.shape == shape,
        first.shape == (),
    )


def _raises_twice(roots: list[Tensor]) -> bool:
    above = [torch.rand_like(root) for root in roots]
    torch.autograd.backward(roots, above)
    try:
        torch.autograd.backward(roots, above)
    except RuntimeError as error:
        if "second time" not in str(error):
            raise
        return True
    return False


def _shape(cls: type[nn.Module], facts: Sequence[_Fact]) -> str | None:
    """Return how the result's shape follows from the first input's."""
    if "reduction" in inspect.signature(cls).parameters:
        return "loss"
    if all(fact.same for fact in facts):
        return "same"
    return "scalar" if all(fact.scalar for fact in facts) else None


def uses_of_modules() -> dict[str, list[Use]]:
    """Return how each class is used, first with no more arguments than it needs."""
    f, i, tensor = floats, ints, torch.tensor

    def use(*args: Any, on: Sequence[Any], **kwargs: Any) -> Use:
        calls = tuple(c if isinstance(c, Call) else call(*c) if isinstance(c, tuple) else call(c)
                      for c in on)  # fmt: skip
        return Use(call(*args, **kwargs), calls)

    flat, sequence = f(4, 6), f(2, 4, 8)
    images, volumes = f(2, 4, 8, 8), f(2, 4, 6, 6, 6)
    sizes = {1: sequence, 2: images, 3: volumes}
    dims = (1, 2, 3)
    pair, sign = (f(3, 4), f(3, 4)), tensor([1.0, -1.0, 1.0])
    classes = (f(4, 3), i(3, 4))

    def loss(name: str, *calls: tuple[Any, ...], **kwargs: Any) -> dict[str, list[Use]]:
        return {name: [use(on=calls, **kwargs),
                       use(on=calls, reduction="none", **kwargs),
                       use(on=calls, reduction="sum", **kwargs)]}  # fmt: skip

    def recurrent(name: str, state: Any) -> dict[str, list[Use]]:
        inputs = f(5, 2, 3)
        return {name: [
            use(3, 4, on=[inputs, (inputs, state)]),
            use(3, 4, batch_first=True, on=[f(2, 5, 3)]),
            # Another implementation is taken for it, which saves other things.
            use(3, 4, dtype=torch.float64, on=[inputs.double()]),
        ]}  # fmt: skip

    elementwise = {
        name: [use(on=[flat, sequence])]
        for name in ("ReLU", "ReLU6", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "LeakyReLU",
                     "RReLU", "Hardtanh", "Hardsigmoid", "Hardswish", "Hardshrink", "Softshrink",
                     "Softplus", "Softsign", "Sigmoid", "Tanh", "Tanhshrink", "LogSigmoid",
                     "Dropout", "AlphaDropout", "FeatureAlphaDropout")
    }  # fmt: skip
    state, attention = f(1, 2, 4), f(5, 2, 4)
    layer = (4, 2, 8)
    return {
        **elementwise,
        "Threshold": [use(0.5, 0.1, on=[flat, sequence])],
        "PReLU": [use(on=[flat, sequence]), use(4, on=[sequence])],
        "GLU": [use(on=[flat, sequence])],
        **{name: [use(1, on=[flat, sequence]), use(dim=-1, on=[sequence])]
           for name in ("Softmax", "LogSoftmax", "Softmin")},
        "Softmax2d": [use(on=[images])],
        **{f"Dropout{n}d": [use(on=[sizes[n]])] for n in dims},
        # layers
        "Linear": [use(6, 5, on=[flat, f(2, 3, 6)]), use(6, 5, bias=False, on=[flat, f(2, 3, 6)])],
        "LazyLinear": [use(5, on=[flat, f(2, 3, 6)])],
        "Bilinear": [use(3, 4, 5, on=[(f(2, 3), f(2, 4))])],
        "Embedding": [use(5, 4, on=[i(5, 2, 3)]), use(5, 4, padding_idx=0, on=[i(5, 6)])],
        "EmbeddingBag": [use(5, 4, on=[i(5, 2, 3), (i(5, 6), tensor([0, 3]))])],
        **{f"Conv{n}d": [use(4, 6, 3, on=[x]), use(4, 6, 3, bias=False, on=[x]),
                         use(4, 8, 3, 2, 1, groups=2, on=[x])]
           for n, x in sizes.items()},
        **{f"LazyConv{n}d": [use(6, 3, on=[x])] for n, x in sizes.items()},
        **{f"ConvTranspose{n}d": [use(4, 6, 3, on=[x]), use(4, 6, 3, bias=False, on=[x])]
           for n, x in sizes.items()},
        **{f"LazyConvTranspose{n}d": [use(6, 3, on=[x])] for n, x in sizes.items()},
        "Flatten": [use(on=[sequence, images])],
        "Unflatten": [use(1, (2, 3), on=[flat])],
        "Identity": [use(on=[flat, sequence])],
        "Fold": [use((9, 9), 2, on=[f(2, 8, 64)])],
        "Unfold": [use(2, on=[images])],
        # normalization
        **{f"BatchNorm{n}d": [use(4, on=[x]), use(4, affine=False, on=[x]),
                              use(4, track_running_stats=False, on=[x])]
           for n, x in sizes.items()},
        **{f"LazyBatchNorm{n}d": [use(on=[x])] for n, x in sizes.items()},
        **{f"InstanceNorm{n}d": [use(4, on=[x]), use(4, affine=True, on=[x])]
           for n, x in sizes.items()},
        **{f"LazyInstanceNorm{n}d": [use(on=[x])] for n, x in sizes.items()},
        "LayerNorm": [use(8, on=[sequence, images]),
                      use((4, 8), elementwise_affine=False, on=[sequence])],
        "RMSNorm": [use(8, on=[sequence, images])],
        "GroupNorm": [use(2, 4, on=[sequence, images]), use(2, 4, affine=False, on=[images])],
        "LocalResponseNorm": [use(2, on=[sequence, images])],
        "CrossMapLRN2d": [use(2, on=[images])],
        # pooling, padding, resizing
        **{f"MaxPool{n}d": [use(2, on=[x]), use(3, 2, 1, on=[x])] for n, x in sizes.items()},
        **{f"AvgPool{n}d": [use(2, on=[x]), use(3, 2, 1, on=[x])] for n, x in sizes.items()},
        **{f"LPPool{n}d": [use(2, 2, on=[x])] for n, x in sizes.items()},
        **{f"AdaptiveAvgPool{n}d": [use(2, on=[x]), use(1, on=[x])] for n, x in sizes.items()},
        **{f"AdaptiveMaxPool{n}d": [use(2, on=[x])] for n, x in sizes.items()},
        **{f"FractionalMaxPool{n}d": [use(2, 3, on=[sizes[n]])] for n in (2, 3)},
        **{f"MaxUnpool{n}d": [
            use(2, on=[getattr(nn.functional, f"max_pool{n}d")(x, 2, return_indices=True)])]
           for n, x in sizes.items()},
        **{f"{kind}Pad{n}d": [use(1, on=[x])] for n, x in sizes.items()
           for kind in ("Reflection", "Replication", "Circular", "Zero")},
        **{f"ConstantPad{n}d": [use(1, 0.5, on=[x])] for n, x in sizes.items()},
        "Upsample": [use(scale_factor=2, on=[sequence, images]),
                     use(scale_factor=2, mode="bilinear", on=[images])],
        "UpsamplingNearest2d": [use(scale_factor=2, on=[images])],
        "UpsamplingBilinear2d": [use(scale_factor=2, on=[images])],
        "PixelShuffle": [use(2, on=[images])],
        "PixelUnshuffle": [use(2, on=[images])],
        "ChannelShuffle": [use(2, on=[images])],
        # recurrent layers, attention
        **recurrent("RNN", state),
        **recurrent("GRU", state),
        **recurrent("LSTM", (state, state)),
        **{name: [use(3, 4, on=[f(2, 3), (f(2, 3), f(2, 4))])] for name in ("RNNCell", "GRUCell")},
        "LSTMCell": [use(3, 4, on=[f(2, 3), (f(2, 3), (f(2, 4), f(2, 4)))])],
        "MultiheadAttention": [
            use(4, 2, on=[(attention, attention, attention),
                          call(attention, attention, attention, need_weights=False),
                          (attention, f(6, 2, 4), f(6, 2, 4))]),
            use(4, 2, batch_first=True, on=[(f(2, 5, 4), f(2, 5, 4), f(2, 5, 4))]),
        ],
        "TransformerEncoderLayer": [use(*layer, on=[attention, f(7, 2, 4)])],
        "TransformerDecoderLayer": [use(*layer, on=[(attention, f(7, 2, 4))])],
        "TransformerEncoder": [use(nn.TransformerEncoderLayer(*layer), 1, on=[attention],
                                   enable_nested_tensor=False)],
        "TransformerDecoder": [use(nn.TransformerDecoderLayer(*layer), 1,
                                   on=[(attention, f(7, 2, 4))])],
        "Transformer": [use(4, 2, 1, 1, 8, on=[(attention, f(7, 2, 4))])],
        # losses, distances
        **loss("MSELoss", pair), **loss("L1Loss", pair), **loss("SmoothL1Loss", pair),
        **loss("HuberLoss", pair), **loss("BCELoss", pair), **loss("BCEWithLogitsLoss", pair),
        **loss("KLDivLoss", pair), **loss("PoissonNLLLoss", pair),
        **loss("SoftMarginLoss", pair), **loss("MultiLabelSoftMarginLoss", pair),
        **loss("CrossEntropyLoss", classes, (f(2, 3, 4), i(3, 2, 4))),
        **loss("NLLLoss", classes),
        **loss("NLLLoss2d", (f(2, 3, 4, 4), i(3, 2, 4, 4))),
        **loss("MultiMarginLoss", classes),
        **loss("MultiLabelMarginLoss", (f(4, 3), i(3, 4, 3))),
        **loss("GaussianNLLLoss", (*pair, f(3, 4))),
        **loss("CosineEmbeddingLoss", (*pair, sign)),
        **loss("MarginRankingLoss", (f(3), f(3), sign)),
        **loss("HingeEmbeddingLoss", (f(3), sign)),
        **loss("TripletMarginLoss", (*pair, f(3, 4))),
        **loss("TripletMarginWithDistanceLoss", (*pair, f(3, 4))),
        **loss("CTCLoss", (f(5, 2, 4).log_softmax(2), i(3, 2, 2) + 1, tensor([5, 5]),
                           tensor([2, 2]))),
        "CosineSimilarity": [use(on=[pair]), use(dim=0, on=[pair])],
        "PairwiseDistance": [use(on=[pair])],
        "AdaptiveLogSoftmaxWithLoss": [use(6, 9, [3, 6], on=[(flat, i(9, 4))])],
        "LinearCrossEntropyLoss": [use(6, 3, on=[(flat, i(3, 4))])],
    }  # fmt: skip
