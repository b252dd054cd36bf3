"""Calls of torch's functions and tensor methods: ordinary ones, as programs make them.

Operators whose arguments follow from their schema (a tensor; two that broadcast; a tensor and a
dimension) need no entry here. What is in the table holds for all of an operator's calls, so they
differ in what makes a difference: numbers or tensors, with a dimension or without, broadcast or not.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograd_lint.autograd.generate.measuring import Call, call


def floats(*shape: int) -> Tensor:
    """Return numbers between 0.1 and 0.9, where nearly every function is smooth."""
    return torch.rand(shape) * 0.8 + 0.1


def ints(below: int, *shape: int) -> Tensor:
    """Return indices."""
    return torch.randint(below, shape)


def bools(*shape: int) -> Tensor:
    """Return a mask that has both values."""
    mask = torch.rand(shape) > 0.5
    mask.view(-1)[0], mask.view(-1)[-1] = True, False
    return mask


def definite(size: int) -> Tensor:
    """Return a positive definite matrix."""
    root = floats(size, size)
    return root @ root.T + torch.eye(size)


def _number(argument: Any) -> bool:
    return str(argument.type) in ("number", "float")


def by_schema(schemas: list[Any]) -> list[Call]:
    """Return calls of an operator as far as they follow from its schemas."""
    calls: list[Call] = []
    for schema in schemas:
        first, *others = schema.arguments
        required = [argument for argument in others if not argument.has_default_value()]
        if str(first.type) != "Tensor" or any(argument.kwarg_only for argument in required):
            continue
        dim = next((argument for argument in others if argument.name in ("dim", "dims")), None)
        keeps = any(argument.name == "keepdim" for argument in others)
        types = [str(argument.type) for argument in required]
        if not required:
            calls += [call(floats(2, 3)), call(floats(4)), call(floats(2, 3, 2))]
        elif types == ["Tensor"]:
            calls += [
                call(floats(2, 3), floats(2, 3)),
                call(floats(2, 3), floats(3)),
                call(floats(2, 1), floats(3)),
            ]
        elif len(required) == 1 and _number(required[0]):
            calls += [call(floats(2, 3), 0.5), call(floats(4), 2.0)]
        if dim is not None and all(argument is dim for argument in required):
            wrap = (lambda axis: [axis]) if "List" in str(dim.type) else (lambda axis: axis)
            calls += [call(floats(2, 3), dim=wrap(1)), call(floats(2, 3, 2), dim=wrap(0))]
            if keeps:
                calls += [call(floats(2, 3), dim=wrap(1), keepdim=True)]
    return calls


def each(names: str, calls: list[Call]) -> dict[str, list[Call]]:
    """Return the same calls for several operators."""
    return dict.fromkeys(names.split(), calls)


def samples() -> dict[str, list[Call]]:
    """Return calls by the operator's name, for functions and methods alike."""
    f, i, b, tensor = floats, ints, bools, torch.tensor
    several = [call([f(2, 3), f(2, 3)]), call((f(4), f(4))), call([f(2, 3), f(2, 3), f(2, 3)])]
    joined = [*several, call([f(2, 3), f(2, 2)], 1), call([f(2, 3), f(4, 3)], dim=0)]
    along = [call(f(2, 3), 0), call(f(2, 3), 1), call(f(2, 3, 2), -1), call(f(4), 0)]
    pieces = [call(f(6, 2), 2), call(f(2, 6), 3, 1)]
    swapped = [call(f(2, 3), 0, 1), call(f(2, 3, 2), -1, 1)]
    moved = [call(f(2, 3), 0, 1), call(f(2, 3, 2), (0, 1), (1, 0))]
    bounded = [
        call(f(2, 3), 0.3, 0.6),
        call(f(4), min=0.3),
        call(f(2, 3), max=0.6),
        call(f(2, 3), f(2, 3), f(2, 3)),
        call(f(2, 3), min=f(3)),
        call(f(2, 3), max=f(2, 3)),
        call(f(3), f(2, 3), f(2, 1)),
    ]
    bound = [call(f(2, 3), 0.5), call(f(2, 3), f(2, 3)), call(f(2, 1), f(3))]
    arithmetic = [
        call(f(2, 3), f(2, 3)),
        call(f(2, 3), f(3)),
        call(f(2, 1), f(3)),
        call(f(2, 3), 2),
        call(f(4), 0.5),
    ]
    integral = [
        call(i(8, 2, 3), i(8, 2, 3)),
        call(i(8, 2, 3), 3),
        call(i(8, 2, 1), i(8, 3)),
        call(b(2, 3), b(2, 3)),
    ]
    shifts = [call(i(8, 2, 3), i(3, 2, 3)), call(i(8, 2, 3), 1)]
    logical = [
        call(b(2, 3), b(2, 3)),
        call(f(2, 3), f(3)),
        call(f(2, 1), f(3)),
        call(i(2, 2, 3), i(2, 2, 3)),
    ]
    reduced = [
        call(f(2, 3)),
        call(f(4)),
        call(f(2, 3), 0),
        call(f(2, 3, 2), (0, 2)),
        call(f(2, 3), 1, keepdim=True),
    ]
    extreme = [
        call(f(2, 3)),
        call(f(4)),
        call(f(2, 3), 0),
        call(f(2, 3, 2), 1, keepdim=True),
        call(f(2, 3), f(2, 3)),
        call(f(2, 3), f(3)),
    ]
    middle = extreme[:4]
    moments = [*reduced, call(f(2, 3), dim=1, unbiased=False), call(f(4), correction=0)]
    quantiles = [call(f(5), 0.5), call(f(2, 3), 0.5, dim=1), call(f(2, 3), tensor([0.2, 0.7]), 1)]
    norms = [
        call(f(2, 3)),
        call(f(4)),
        call(f(2, 3), dim=1),
        call(f(2, 3), 2, 1),
        call(f(2, 3), p=2, dim=0, keepdim=True),
        call(f(2, 3), 1),
        call(f(2, 3), p=1, dim=1),
        call(f(2, 3), 3),
        call(f(2, 3), float("inf")),
    ]
    matrices = [call(f(3, 3)), call(f(2, 4, 4)), call(f(4, 3))]
    tall = [call(f(4, 3)), call(f(2, 3, 3)), call(f(2, 4, 3)), call(f(3, 4))]
    symmetric = [call(definite(3)), call(definite(4))]
    filled = [call(f(3, 4), 0, tensor([2, 0]), 0.5), call(f(2, 3), 1, tensor([0, 1]), tensor(0.5))]
    added = [call(f(3, 4), 0, tensor([2, 0]), f(2, 4)), call(f(2, 3), 1, tensor([1, 0]), f(2, 2))]
    put = [
        call(f(3, 4), (tensor([0, 2]),), f(2, 4)),
        call(f(3, 4), (tensor([0, 2]), tensor([1, 1])), f(2), True),
        call(f(2, 3), (b(2, 3),), tensor(0.5)),
    ]
    scattered = [
        call(f(3, 4), 0, i(3, 2, 4), f(2, 4)),
        call(f(3, 4), 1, i(4, 3, 2), f(3, 3)),
    ]
    masked = [
        call(f(2, 3), b(2, 3), 0.5),
        call(f(2, 3), b(3), tensor(0.5)),
        call(f(2, 1), b(3), 0.5),
    ]
    product = [call(f(4), f(4)), call(f(3), f(3))]
    matmul = [
        call(f(2, 3), f(3, 4)),
        call(f(3), f(3)),
        call(f(2, 3), f(3)),
        call(f(3), f(3, 4)),
        call(f(5, 2, 3), f(3, 4)),
        call(f(5, 2, 3), f(3)),
        call(f(5, 2, 3), f(5, 3, 4)),
        call(f(2, 5, 2, 3), f(2, 5, 3, 4)),
    ]
    dropout = [
        call(f(4, 6), 0.5, True),
        call(f(2, 3, 4), 0.5, True),
        call(f(4, 6), 0.5, False),
        call(f(2, 3, 4), 0.5, False),
    ]
    threes = [
        call(f(2, 3), f(2, 3), f(2, 3)),
        call(f(2, 3), f(3), f(2, 1)),
        call(f(3), f(2, 3), f(3)),
        call(f(4), f(4), f(4), value=0.5),
    ]
    sparse = tensor([[0.0, 0.5, 0.0], [0.0, 0.0, 0.7]]).to_sparse().coalesce()
    windows = torch.hann_window(8)
    return {
        # pointwise
        **each(
            "add sub subtract mul multiply div divide true_divide rsub pow float_power "
            "remainder fmod floor_divide xlogy xlog1py special.xlogy special.xlog1py "
            "special.zeta copysign ldexp __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ "
            "__truediv__ __rtruediv__ __div__ __rdiv__ __pow__ __mod__ __rmod__ "
            "__floordiv__ __rfloordiv__ __iadd__ __isub__ __imul__ __itruediv__ __idiv__ "
            "__ipow__ __imod__ __ifloordiv__",
            arithmetic),
        "__rpow__": [call(f(2, 3), 2.0), call(f(2, 3), f(3))],
        **each(
            "bitwise_and bitwise_or bitwise_xor gcd lcm __and__ __or__ __xor__ __rand__ "
            "__ror__ __rxor__ __iand__ __ior__ __ixor__",
            integral),
        **each(
            "bitwise_left_shift bitwise_right_shift __lshift__ __rshift__ __rlshift__ "
            "__rrshift__ __ilshift__ __irshift__",
            shifts),
        **each("bitwise_not __invert__", [call(i(8, 2, 3)), call(b(4))]),
        **each("logical_and logical_or logical_xor", logical),
        **each(
            "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ eq ne lt le gt ge not_equal less "
            "less_equal greater greater_equal",
            arithmetic),
        **each("__neg__ __pos__ __abs__", [call(f(2, 3)), call(f(4))]),
        **each("__matmul__ matmul linalg.matmul", matmul),
        "__rmatmul__": [call(f(2, 3), f(4, 2)), call(f(5, 2, 3), f(4, 2)), call(f(3), f(2, 3))],
        **each("clamp clip", bounded),
        **each("clamp_min clamp_max", bound),
        **each("addcmul addcdiv", threes),
        "lerp": [call(f(2, 3), f(2, 3), 0.3), call(f(2, 1), f(3), 0.3),
                 call(f(2, 3), f(2, 3), f(2, 3)), call(f(2, 3), f(2, 3), f(3))],
        "nan_to_num": [call(f(2, 3)), call(f(4), 0.5)],
        **each("logit special.logit", [call(f(2, 3)), call(f(4), 0.2)]),
        "threshold": [call(f(2, 3), 0.5, 0.1), call(f(4), 0.4, 0.0)],
        "heaviside": [call(f(2, 3), f(2, 3)), call(f(2, 3), tensor(0.5))],
        **each("mvlgamma special.multigammaln", [call(f(2, 3) + 2, 2), call(f(4) + 2, 3)]),
        **each("polygamma special.polygamma", [call(1, f(2, 3)), call(2, f(4))]),
        "Tensor.polygamma": [call(f(2, 3), 1), call(f(4), 2)],
        "float_power_": [call(f(2, 3).double(), f(2, 3)), call(f(4).double(), 2.0)],
        "imag": [call(torch.complex(f(2, 3), f(2, 3)))],
        "where": [call(b(2, 3), f(2, 3), f(2, 3)), call(b(2, 3), f(2, 3), 0.5),
                  call(b(2, 3), 0.5, f(2, 3)), call(b(3), f(2, 3), f(2, 1))],
        "Tensor.where": [call(f(2, 3), b(2, 3), f(2, 3)), call(f(2, 1), b(3), f(3)),
                         call(f(2, 3), b(2, 3), 0.5)],
        "complex": [call(f(2, 3), f(2, 3)), call(f(2, 1), f(3))],
        "polar": [call(f(2, 3), f(2, 3)), call(f(2, 1), f(3))],
        "prelu": [call(f(2, 3), f(1)), call(f(2, 3, 4), f(3))],
        "round": [call(f(2, 3)), call(f(4), decimals=1)],
        "isin": [call(f(2, 3), f(2)), call(i(5, 4), i(5, 2))],
        "bucketize": [call(f(2, 3), f(4).sort().values)],
        "searchsorted": [call(f(4).sort().values, f(2, 3))],
        # reductions
        **each("max min", extreme),
        **each("median nanmedian mode", middle),
        "mode": [call(f(2, 3)), call(f(2, 3), 0), call(f(2, 3, 2), 1, keepdim=True)],
        "kthvalue": [call(f(2, 3), 2), call(f(3, 4), 1, 0), call(f(2, 3), 1, 1, True)],
        "topk": [call(f(2, 4), 2), call(f(4, 3), 2, 0), call(f(5), 2)],
        **each("sort argsort msort", [call(f(2, 3)), call(f(4)), call(f(2, 3), dim=0),
                                      call(f(2, 3), descending=True)]),
        **each("sum nansum mean nanmean amax amin all any count_nonzero", reduced),
        **each("prod argmax argmin", [call(f(2, 3)), call(f(4)), call(f(2, 3), 0),
                                      call(f(2, 3, 2), 1, keepdim=True)]),
        **each("var std", moments),
        **each("var_mean std_mean", moments),
        "aminmax": [call(f(2, 3)), call(f(2, 3), dim=1), call(f(2, 3), dim=0, keepdim=True)],
        **each("logsumexp special.logsumexp", [call(f(2, 3), 0), call(f(2, 3, 2), (0, 2)),
                                               call(f(2, 3), 1, keepdim=True)]),
        **each("quantile nanquantile", quantiles),
        "norm": norms,
        "frobenius_norm": [call(f(2, 3), 1), call(f(2, 3), (0, 1), True)],
        "nuclear_norm": [call(f(2, 3)), call(f(2, 3, 3), (1, 2))],
        "norm_except_dim": [call(f(3, 4), 2, 0), call(f(3, 2, 2), 2, 1)],
        "dist": [call(f(2, 3), f(2, 3)), call(f(4), f(4)), call(f(2, 3), f(3))],
        "renorm": [call(f(3, 4), 2, 0, 0.5), call(f(2, 3, 2), 1, 1, 0.5)],
        **each("cumsum cumprod logcumsumexp cummax cummin", along),
        "trapezoid": [call(f(2, 3)), call(f(2, 3), f(2, 3)), call(f(3, 2), dx=0.5, dim=0)],
        "trapz": [call(f(2, 3)), call(f(2, 3), f(2, 3)), call(f(3, 2), dim=0)],
        "cumulative_trapezoid": [call(f(2, 3)), call(f(2, 3), f(2, 3)), call(f(3, 2), dim=0)],
        "diff": [call(f(2, 3)), call(f(4)), call(f(4, 3), dim=0), call(f(2, 3), prepend=f(2, 1))],
        "gradient": [call(f(4)), call(f(4, 4), spacing=0.5)],
        "histc": [call(f(4, 3), 5)],
        "histogram": [call(f(4, 3), 5)],
        "histogramdd": [call(f(4, 2), [2, 3])],
        "bincount": [call(i(5, 7))],
        "unique": [call(f(2, 3)), call(f(4), return_inverse=True)],
        "unique_consecutive": [call(f(2, 3)), call(f(4), return_inverse=True)],
        "segment_reduce": [call(f(5, 2), "sum", lengths=tensor([2, 3])),
                           call(f(5), "mean", lengths=tensor([1, 4]))],
        "corrcoef": [call(f(3, 4)), call(f(4))],
        "cov": [call(f(3, 4)), call(f(4)), call(f(2, 5), correction=0)],
        # shapes and views
        "view": [call(f(2, 3), 6), call(f(2, 3), (3, 2)), call(f(4), 2, 2), call(f(2, 3), -1)],
        "reshape": [call(f(2, 3), (6,)), call(f(2, 3), (3, 2)), call(f(4), (2, -1))],
        "reshape_as": [call(f(2, 3), f(3, 2)), call(f(4), f(2, 2))],
        "view_as": [call(f(2, 3), f(3, 2)), call(f(4), f(2, 2))],
        "expand": [call(f(1, 3), 2, 3), call(f(3), (2, 3)), call(f(2, 1), -1, 4)],
        "expand_as": [call(f(1, 3), f(2, 3)), call(f(3), f(2, 3))],
        "expand_copy": [call(f(1, 3), (2, 3))],
        "broadcast_to": [call(f(1, 3), (2, 3)), call(f(3), (2, 3))],
        "broadcast_tensors": [call(f(2, 3), f(3)), call(f(3), f(2, 1), f(3))],
        "flatten": [call(f(2, 3)), call(f(2, 3, 2), 1), call(f(2, 3, 2), start_dim=-2)],
        "unflatten": [call(f(6), 0, (2, 3)), call(f(2, 6), -1, (3, 2))],
        "permute": [call(f(2, 3), (1, 0)), call(f(2, 3, 2), (2, 0, 1))],
        "permute_copy": [call(f(2, 3), (1, 0))],
        **each("transpose swapaxes swapdims transpose_copy", swapped),
        **each("movedim moveaxis", moved),
        **each("t t_copy", [call(f(2, 3)), call(f(4))]),
        **each("adjoint", [call(f(2, 3)), call(f(2, 3, 4))]),
        "squeeze": [call(f(2, 1)), call(f(2, 1, 3), 1), call(f(1, 4))],
        "squeeze_copy": [call(f(2, 1)), call(f(2, 1, 3), 1)],
        **each("unsqueeze", [call(f(2, 3), 0), call(f(4), -1)]),
        **each("select select_copy", [call(f(2, 3), 0, 1), call(f(4, 2), 1, -1)]),
        **each("narrow narrow_copy", [call(f(4, 3), 0, 1, 2), call(f(2, 4), 1, 0, 2)]),
        "slice_copy": [call(f(4, 3), 0, 1, 3)],
        **each("diagonal diagonal_copy", [call(f(3, 4)), call(f(2, 3, 3), 0, 1, 2)]),
        "linalg.diagonal": [call(f(3, 4)), call(f(2, 3, 3))],
        **each("split split_copy", pieces),
        **each("unsafe_split", pieces),
        **each("chunk unsafe_chunk", pieces),
        **each(
            "split_with_sizes unsafe_split_with_sizes split_with_sizes_copy",
            [call(f(6, 2), [2, 4]), call(f(2, 5), [2, 2, 1], 1)]),
        **each("tensor_split", [call(f(6, 2), 3), call(f(2, 5), (1,), 1)]),
        **each("vsplit", [call(f(6, 2), 3), call(f(4, 2), (1,))]),
        **each("hsplit", [call(f(2, 6), 3), call(f(2, 4), (1,))]),
        **each("dsplit", [call(f(2, 3, 6), 3), call(f(2, 3, 4), (1,))]),
        **each("unbind unbind_copy", [call(f(2, 3)), call(f(2, 3), 1), call(f(4))]),
        **each("as_strided as_strided_copy", [call(f(2, 3), (2, 2), (3, 1)),
                                              call(f(6), (3,), (2,))]),
        **each("unfold unfold_copy", [call(f(6), 0, 2, 2), call(f(2, 6), 1, 3, 1)]),
        "repeat": [call(f(2, 3), 2, 1), call(f(3), (2, 2)), call(f(2, 3), 1, 1, 2)],
        "tile": [call(f(2, 3), (2, 1)), call(f(3), (2, 2))],
        "repeat_interleave": [call(f(2, 3), 2), call(f(2, 3), 2, 1),
                              call(f(2, 3), tensor([1, 2]), dim=0)],
        "roll": [call(f(2, 3), 1), call(f(2, 3), (1, 2), (0, 1))],
        "rot90": [call(f(2, 3)), call(f(2, 3, 2), 2, (1, 2))],
        "flip": [call(f(2, 3), (0,)), call(f(2, 3, 2), (0, 2))],
        "fliplr": [call(f(2, 3)), call(f(3, 4, 2))],
        **each("tril triu", [call(f(3, 4)), call(f(3, 3), 1), call(f(2, 3, 3))]),
        "diag": [call(f(4)), call(f(3, 3)), call(f(3, 4), 1)],
        "diag_embed": [call(f(4)), call(f(2, 3), 1)],
        "trace": [call(f(3, 3)), call(f(2, 4))],
        **each("cat concat concatenate", joined),
        "stack": [*several, call([f(2, 3), f(2, 3)], 1)],
        **each("hstack vstack dstack column_stack row_stack", several),
        "block_diag": [call(f(2, 3), f(3, 2)), call(f(2, 2))],
        **each("atleast_1d atleast_2d atleast_3d", [call(f(2, 3)), call(f(4)),
                                                    call(tensor(0.5)), call(f(1, 2, 3)),
                                                    call(f(4), f(2))]),
        "cartesian_prod": [call(f(2), f(3))],
        "combinations": [call(f(4)), call(f(3), 2, True)],
        "meshgrid": [call(f(2), f(3), indexing="ij"), call(f(2), f(3), f(4), indexing="ij")],
        "vander": [call(f(4)), call(f(3), 2)],
        "view_as_real": [call(torch.complex(f(2, 3), f(2, 3)))],
        "view_as_complex": [call(f(3, 2)), call(f(2, 3, 2))],
        "view_as_real_copy": [call(torch.complex(f(2, 3), f(2, 3)))],
        "view_copy": [call(f(2, 3), (6,))],
        "sum_to_size": [call(f(2, 3), 2, 3), call(f(2, 3), 1, 3), call(f(2, 3), 3)],
        **each("pixel_shuffle nn.functional.pixel_shuffle", [call(f(1, 4, 2, 3), 2),
                                                             call(f(8, 2, 2), 2)]),
        **each("pixel_unshuffle nn.functional.pixel_unshuffle", [call(f(1, 2, 4, 2), 2),
                                                                 call(f(2, 4, 4), 2)]),
        **each(
            "channel_shuffle native_channel_shuffle nn.functional.channel_shuffle "
            "nn.functional.native_channel_shuffle",
            [call(f(1, 4, 2, 3), 2)]),
        "constant_pad_nd": [call(f(2, 3), (1, 1)), call(f(2, 3), (1, 0, 0, 1), 0.5)],
        # indexing
        "gather": [call(f(3, 4), 1, i(4, 3, 2)), call(f(3, 4), 0, i(3, 2, 4))],
        "take": [call(f(3, 4), i(12, 5)), call(f(4), i(4, 2, 2))],
        "take_along_dim": [call(f(3, 4), i(4, 3, 2), 1), call(f(3, 4), i(12, 5))],
        "put": [call(f(3, 4), i(12, 3), f(3)), call(f(4), i(4, 2), f(2), accumulate=True)],
        "index_select": [call(f(3, 4), 0, tensor([2, 0])),
                         call(f(2, 3), 1, tensor([1, 0, 1, 2]))],
        **each("index_add index_copy", added),
        "index_fill": filled,
        "index_put": put,
        "index_reduce": [call(f(3, 4), 0, tensor([2, 0]), f(2, 4), reduce)
                         for reduce in ("prod", "mean", "amax")],
        "masked_fill": masked,
        "masked_select": [call(f(2, 3), b(2, 3)), call(f(2, 3), b(3))],
        "masked_scatter": [call(f(2, 3), b(2, 3), f(6)), call(f(3), b(2, 3), f(2, 3))],
        "scatter": [*scattered, call(f(3, 4), 1, i(4, 3, 2), 0.5)],
        "scatter_add": scattered,
        "scatter_reduce": [call(f(3, 4), 1, i(4, 3, 2), f(3, 2), reduce)
                           for reduce in ("sum", "prod", "mean", "amax", "amin")],
        "select_scatter": [call(f(2, 3), f(3), 0, 1), call(f(4, 2), f(4), 1, -1)],
        "slice_scatter": [call(f(4, 3), f(2, 3), 0, 1, 3), call(f(2, 3), f(2, 2), 1, 1)],
        "diagonal_scatter": [call(f(3, 3), f(3)), call(f(3, 4), f(3))],
        "as_strided_scatter": [call(f(2, 3), f(2, 2), (2, 2), (3, 1))],
        "nonzero": [call(f(2, 3)), call(f(4)), call(f(2, 3), as_tuple=True)],
        "nonzero_static": [call(f(2, 3), size=3)],
        "fill_diagonal": [call(f(3, 3), 0.5), call(f(3, 4), 0.5)],
        "unravel_index": [call(i(6, 4), (2, 3))],
        # products
        "mm": [call(f(2, 3), f(3, 4)), call(f(4, 2), f(2, 3))],
        "bmm": [call(f(5, 2, 3), f(5, 3, 4)), call(f(2, 4, 3), f(2, 3, 5))],
        "mv": [call(f(2, 3), f(3)), call(f(4, 2), f(2))],
        **each("dot vdot", product),
        "inner": [call(f(3), f(3)), call(f(2, 3), f(4, 3)), call(f(2, 3), f(3))],
        **each("outer ger", [call(f(3), f(4)), call(f(2), f(3))]),
        "addmm": [call(f(3, 5), f(3, 4), f(4, 5)), call(f(5), f(3, 4), f(4, 5)),
                  call(f(2, 3), f(2, 4), f(4, 3), beta=0.5, alpha=2)],
        "addmv": [call(f(1), f(3, 4), f(4)), call(f(3), f(3, 4), f(4)),
                  call(f(2), f(2, 3), f(3), alpha=2)],
        "addr": [call(f(4), f(3), f(4)), call(f(3, 4), f(3), f(4)),
                 call(f(2, 3), f(2), f(3), alpha=2)],
        "addbmm": [call(f(5), f(2, 3, 4), f(2, 4, 5)), call(f(3, 5), f(2, 3, 4), f(2, 4, 5)),
                   call(f(2, 3), f(4, 2, 2), f(4, 2, 3))],
        "baddbmm": [call(f(5), f(2, 3, 4), f(2, 4, 5)), call(f(2, 3, 5), f(2, 3, 4), f(2, 4, 5)),
                    call(f(4, 2, 3), f(4, 2, 2), f(4, 2, 3), alpha=0.5)],
        "chain_matmul": [call(f(2, 3), f(3, 4), f(4, 2))],
        "linalg.multi_dot": [call([f(2, 3), f(3, 4), f(4, 2)]), call([f(2, 3), f(3, 4)])],
        "kron": [call(f(2, 3), f(3, 2)), call(f(3), f(4))],
        "tensordot": [call(f(2, 3, 4), f(3, 4, 2), 2), call(f(2, 3), f(4, 3), ([1], [1]))],
        "einsum": [call("ij,jk->ik", f(2, 3), f(3, 4)),
                   call("bij,bjk->bik", f(2, 3, 4), f(2, 4, 3)),
                   call("bhqd,bhkd->bhqk", f(2, 2, 3, 4), f(2, 2, 5, 4))],
        **each("cross linalg.cross", [call(f(2, 3), f(2, 3), dim=1),
                                      call(f(4, 3), f(1, 3), dim=-1),
                                      call(f(1, 3), f(4, 3), dim=-1)]),
        "linalg.vecdot": [call(f(2, 3), f(2, 3)), call(f(4), f(4))],
        **each("matrix_power linalg.matrix_power", [call(f(3, 3), 2), call(f(2, 3, 3), 3)]),
        "cdist": [call(f(3, 4), f(5, 4)), call(f(2, 3, 4), f(2, 5, 4))],
        **each("pdist nn.functional.pdist", [call(f(4, 3)), call(f(3, 2))]),
        # linear algebra
        **each(
            "det linalg.det slogdet linalg.slogdet logdet inverse linalg.inv linalg.inv_ex "
            "linalg.eig linalg.eigvals matrix_exp linalg.matrix_exp linalg.lu "
            "linalg.lu_factor linalg.lu_factor_ex linalg.cond linalg.matrix_rank",
            matrices),
        **each(
            "qr linalg.qr svd linalg.svd linalg.svdvals pinverse linalg.pinv geqrf",
            tall),
        "linalg.vander": [call(f(4)), call(f(2, 3))],
        **each(
            "cholesky linalg.cholesky linalg.cholesky_ex linalg.eigh linalg.eigvalsh "
            "cholesky_inverse linalg.ldl_factor linalg.ldl_factor_ex",
            symmetric),
        "cholesky_solve": [call(f(3, 2), definite(3)), call(f(4, 1), definite(4))],
        "linalg.ldl_solve": [call(definite(3), tensor([1, 2, 3], dtype=torch.int32), f(3, 2))],
        **each("linalg.solve linalg.solve_ex", [call(definite(3), f(3, 2)),
                                                call(definite(4), f(4))]),
        "linalg.solve_triangular": [call(definite(3).triu(), f(3, 2), upper=True)],
        "triangular_solve": [call(f(3, 2), definite(3).triu()),
                             call(f(4, 1), definite(4).triu())],
        "linalg.lstsq": [call(f(4, 3), f(4, 2))],
        "linalg.lu_solve": [call(definite(3), tensor([1, 2, 3], dtype=torch.int32), f(3, 2))],
        "lu_solve": [call(f(3, 2), definite(3), tensor([1, 2, 3], dtype=torch.int32))],
        "lu": [*matrices, call(f(3, 3), get_infos=True)],
        "lu_unpack": [call(f(3, 4), tensor([1, 2, 3], dtype=torch.int32)),
                      call(definite(3), tensor([1, 2, 3], dtype=torch.int32))],
        **each("linalg.householder_product orgqr", [call(f(4, 3), f(3))]),
        "ormqr": [call(f(4, 3), f(3), f(4, 2))],
        **each("linalg.norm linalg.vector_norm", [call(f(2, 3)), call(f(4)),
                                                  call(f(2, 3), dim=1), call(f(4), 1),
                                                  call(f(2, 3), dim=0, keepdim=True),
                                                  call(f(4), 3), call(f(4), float("inf"))]),
        "linalg.matrix_norm": [call(f(2, 3)), call(f(2, 3, 4)), call(f(2, 3), "nuc"),
                               call(f(2, 3), 1), call(f(2, 3), 2)],
        "linalg.tensorinv": [call(definite(4).view(4, 2, 2), 1)],
        "linalg.tensorsolve": [call(definite(4).view(2, 2, 4), f(2, 2))],
        "lobpcg": [call(definite(9), 1)],
        **each("svd_lowrank pca_lowrank", [call(f(6, 5), 2)]),
        # dropout and random numbers
        **each(
            "dropout alpha_dropout feature_dropout feature_alpha_dropout",
            dropout),
        "native_dropout": [call(f(4, 6), 0.5, True), call(f(2, 3), 0.5, True)],
        "normal": [call(f(2, 3), f(2, 3)), call(f(2, 1), f(3)), call(f(2, 3), 0.5),
                   call(0.5, f(2, 3))],
        "bernoulli": [call(f(2, 3)), call(f(4))],
        "randint_like": [call(f(2, 3), 5)],
        "multinomial": [call(f(2, 3), 2), call(f(4), 2)],
        "binomial": [call(f(2, 3) + 3, f(2, 3))],
        "poisson": [call(f(2, 3)), call(f(4))],
        **each("zero normal uniform random exponential log_normal cauchy", [call(f(2, 3)),
                                                                            call(f(4))]),
        "normal_": [call(f(2, 3)), call(f(4))],
        "bernoulli_": [call(f(2, 3)), call(f(4), 0.5), call(f(2, 3), f(2, 3))],
        "fill": [call(f(2, 3), 0.5), call(f(2, 3), tensor(0.5))],
        "geometric": [call(f(2, 3), 0.5)],
        **each(
            "Tensor.float Tensor.double Tensor.half Tensor.bfloat16 Tensor.cfloat "
            "Tensor.cdouble Tensor.chalf Tensor.long Tensor.int Tensor.short Tensor.byte "
            "Tensor.char Tensor.bool Tensor.cpu",
            [call(f(2, 3)), call(f(4))]),
        **each("to Tensor.type", [call(f(2, 3), torch.float64), call(f(4), torch.float32)]),
        **each("new_zeros new_ones new_empty", [call(f(2, 3), (3, 2))]),
        "new_full": [call(f(2, 3), (3, 2), 0.5)],
        "new_empty_strided": [call(f(2, 3), (3, 2), (2, 1))],
        "new_tensor": [call(f(2, 3), [0.5, 1.0])],
        "copy": [call(f(2, 3), f(2, 3)), call(f(2, 3), f(1, 3)), call(f(2, 3), f(3))],
        # sparse tensors
        **each("coalesce to_dense", [call(sparse)]),
        **each("to_sparse to_sparse_coo", [call(f(2, 3))]),
        "sparse_coo_tensor": [call(sparse.indices(), f(2), (2, 3))],
        "sparse_mask": [call(f(2, 3), sparse)],
        **each("smm spmm dsmm", [call(sparse, f(3, 4))]),
        **each("saddmm sspaddmm", [call(sparse.clone(), sparse, f(3, 3))]),
        # signals
        "stft": [call(f(20), 8, window=windows, return_complex=True),
                 call(f(2, 20), 8, return_complex=True)],
        "istft": [call(torch.stft(f(20), 8, return_complex=True), 8),
                  call(torch.stft(f(20), 8, window=windows, return_complex=True), 8,
                       window=windows)],
        **each("fft.fft fft.ifft fft.rfft fft.ihfft fft.irfft fft.hfft", [call(f(6)),
                                                                          call(f(2, 6)),
                                                                          call(f(4, 3), dim=0),
                                                                          call(f(2, 6), n=4),
                                                                          call(f(2, 6), n=8)]),
        **each(
            "fft.fft2 fft.ifft2 fft.rfft2 fft.ihfft2 fft.irfft2 fft.hfft2 fft.fftn "
            "fft.ifftn fft.rfftn fft.ihfftn fft.irfftn fft.hfftn",
            [call(f(4, 6)), call(f(2, 4, 6), dim=(1, 2)), call(f(4, 6), s=(5, 8), dim=(0, 1))]),
    }  # fmt: skip
