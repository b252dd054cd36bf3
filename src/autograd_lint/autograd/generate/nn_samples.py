"""Calls of the functions of neural networks: ordinary ones, as programs make them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograd_lint.autograd.generate.measuring import Call, call
from autograd_lint.autograd.generate.samples import bools, each, floats, ints

_REDUCTIONS = ("mean", "sum", "none")


def _reduced(*args: Tensor, **kwargs: Any) -> list[Call]:
    """Return calls of a loss, with each reduction."""
    return [call(*args), *(call(*args, reduction=r, **kwargs) for r in _REDUCTIONS)]


def nn_samples() -> dict[str, list[Call]]:
    """Return calls by the function's name in `torch.nn.functional`."""
    f, i, b, tensor = floats, ints, bools, torch.tensor
    pair, sign = (f(2, 3), f(2, 3)), tensor([1.0, -1.0, 1.0])
    one, two, three = f(2, 3, 8), f(2, 3, 8, 8), f(1, 2, 6, 6, 6)
    pooled = {1: [call(one, 2), call(one, 3, 2, 1)], 2: [call(two, 2), call(two, 3, 2, 1)],
              3: [call(three, 2), call(three, 2, 2, 1)]}  # fmt: skip
    adaptive = {1: [call(one, 4), call(one, 1)], 2: [call(two, (4, 2)), call(two, 1)],
                3: [call(three, 2), call(three, 1)]}  # fmt: skip
    sizes = {1: one, 2: two, 3: three}
    unpooled = {
        n: [call(*getattr(torch.nn.functional, f"max_pool{n}d")(x, 2, return_indices=True), 2)]
        for n, x in sizes.items()
    }
    elementwise = [call(f(2, 3)), call(f(2, 3, 4))]
    dropout = [call(f(4, 6)), call(f(2, 3, 4), 0.5, training=True), call(f(4, 6), training=False),
               call(f(2, 3, 4), 0.5, False)]  # fmt: skip
    channels = {
        1: [call(f(2, 3, 4)), call(f(2, 3, 4), 0.5, False)],
        2: [call(f(2, 3, 4, 4)), call(f(2, 3, 4, 4), 0.5, False)],
        3: [call(f(2, 3, 2, 2, 2)), call(f(2, 3, 2, 2, 2), 0.5, False)],
    }
    softmax = [call(f(2, 3), dim=1), call(f(2, 3, 4), -1), call(f(4), dim=0)]
    classes = [
        *_reduced(f(4, 3), i(3, 4)),
        *_reduced(f(4, 3), i(3, 4), weight=f(3)),
        *_reduced(f(2, 3, 4), i(3, 2, 4)),
    ]
    heads = [f(2, 2, 5, 4), f(2, 2, 6, 4), f(2, 2, 6, 4)]
    attention = [f(5, 2, 4), f(5, 2, 4), f(5, 2, 4), 4, 2, f(12, 4), f(12), None, None, False, 0.0,
                 f(4, 4), f(4)]  # fmt: skip
    statistics = (f(3), f(3))
    lengths = (tensor([5, 5]), tensor([2, 2]))
    triplet = (f(4, 3), f(4, 3), f(4, 3))
    return {
        **each(
            "relu relu6 elu selu celu gelu silu mish leaky_relu rrelu hardtanh hardsigmoid "
            "hardswish hardshrink softshrink softplus softsign tanhshrink logsigmoid "
            "sigmoid tanh relu_ elu_ selu_ celu_ leaky_relu_ rrelu_ hardtanh_",
            elementwise),
        "gelu": [*elementwise, call(f(2, 3), approximate="tanh")],
        "rrelu": [*elementwise, call(f(2, 3), training=True)],
        "threshold": [call(f(2, 3), 0.5, 0.1), call(f(4), 0.4, 0.0)],
        "threshold_": [call(f(2, 3), 0.5, 0.1), call(f(4), 0.4, 0.0)],
        "prelu": [call(f(2, 3), f(1)), call(f(2, 3, 4), f(3))],
        "glu": [call(f(2, 4)), call(f(2, 3, 4), 2)],
        **each("softmax log_softmax softmin gumbel_softmax", softmax),
        "gumbel_softmax": [call(f(2, 3)), call(f(4), dim=0), call(f(2, 3), hard=True)],
        "normalize": [call(f(2, 3)), call(f(2, 3, 4), dim=-1), call(f(2, 3, 4), p=1.0)],
        **each("dropout alpha_dropout", dropout),
        "alpha_dropout": [call(f(4, 6), 0.5, True), call(f(4, 6)), call(f(2, 3), 0.5, False)],
        "dropout1d": channels[1],
        "dropout2d": channels[2],
        "dropout3d": channels[3],
        "feature_alpha_dropout": [call(f(2, 3, 4), 0.5, True), call(f(2, 3, 4))],
        # layers
        "linear": [call(f(2, 3), f(4, 3), f(4)), call(f(2, 3), f(4, 3)),
                   call(f(2, 5, 3), f(4, 3), f(4)), call(f(2, 5, 3), f(4, 3)),
                   call(f(3), f(4, 3), f(4))],
        "conv1d": [call(one, f(6, 3, 3), f(6)), call(one, f(6, 3, 3)),
                   call(one, f(6, 1, 3), f(6), 2, 1, 1, 3)],
        "conv2d": [call(two, f(6, 3, 3, 3), f(6)), call(two, f(6, 3, 3, 3)),
                   call(two, f(6, 1, 3, 3), f(6), 2, 1, 1, 3)],
        "conv3d": [call(three, f(3, 2, 3, 3, 3), f(3)), call(three, f(3, 2, 3, 3, 3))],
        "conv_transpose1d": [call(one, f(3, 5, 3), f(5)), call(one, f(3, 5, 3), stride=2)],
        "conv_transpose2d": [call(two, f(3, 5, 3, 3), f(5)), call(two, f(3, 5, 3, 3), stride=2)],
        "conv_transpose3d": [call(three, f(2, 3, 2, 2, 2), f(3)), call(three, f(2, 3, 2, 2, 2))],
        "conv_tbc": [call(f(5, 2, 3), f(2, 3, 4), f(4))],
        "bilinear": [call(f(2, 3), f(2, 4), f(5, 3, 4), f(5)),
                     call(f(2, 3), f(2, 4), f(5, 3, 4))],
        "embedding": [call(i(5, 2, 3), f(5, 4)), call(i(5, 3), f(5, 4), padding_idx=0),
                      call(i(5, 3), f(5, 4), max_norm=0.5)],
        "embedding_bag": [call(i(5, 2, 3), f(5, 4)), call(i(5, 6), f(5, 4), tensor([0, 3]))],
        "one_hot": [call(i(3, 4), 3), call(i(3, 2, 2), 4)],
        "scaled_dot_product_attention": [call(*heads),
                                         call(*heads, f(5, 6)), call(*heads, b(5, 6)),
                                         call(heads[0], heads[0], heads[0], is_causal=True)],
        "multi_head_attention_forward": [call(*attention), call(*attention, need_weights=False)],
        # normalization
        "batch_norm": [*(call(f(4, 3), *statistics, f(3), f(3), training=t) for t in (True, False)),
                       *(call(f(2, 3, 4, 4), *statistics, f(3), f(3), t) for t in (True, False)),
                       call(f(4, 3), *statistics), call(f(4, 3), *statistics, training=True),
                       call(f(4, 3), None, None, f(3), f(3), True),
                       call(f(4, 3), None, None, training=True)],
        "instance_norm": [call(f(2, 3, 6)), call(f(2, 3, 6), weight=f(3), bias=f(3)),
                          call(f(2, 3, 6), *statistics, f(3), f(3)),
                          call(f(2, 3, 6), *statistics, f(3), f(3), use_input_stats=False)],
        "layer_norm": [call(f(2, 3, 4), (4,), f(4), f(4)), call(f(2, 4), (4,))],
        "group_norm": [call(f(2, 4, 6), 2, f(4), f(4)), call(f(2, 4, 6), 2)],
        "rms_norm": [call(f(2, 3, 4), (4,), f(4)), call(f(2, 4), (4,))],
        "local_response_norm": [call(two, 2), call(one, 3)],
        # pooling, sampling
        **{f"max_pool{n}d": [*c, call(c[0].args[0], 2, return_indices=True)]
           for n, c in pooled.items()},
        **{f"max_pool{n}d_with_indices": c for n, c in pooled.items()},
        **{f"avg_pool{n}d": c for n, c in pooled.items()},
        **{f"lp_pool{n}d": [call(x, 2, 2)] for n, x in sizes.items()},
        **{f"adaptive_avg_pool{n}d": c for n, c in adaptive.items()},
        **{f"adaptive_max_pool{n}d": [*c, call(*c[0].args, return_indices=True)]
           for n, c in adaptive.items()},
        **{f"adaptive_max_pool{n}d_with_indices": c for n, c in adaptive.items()},
        **{f"max_unpool{n}d": c for n, c in unpooled.items()},
        **{f"fractional_max_pool{n}d": [call(sizes[n], 2, 3),
                                        call(sizes[n], 2, 3, return_indices=True)]
           for n in (2, 3)},
        **{f"fractional_max_pool{n}d_with_indices": [call(sizes[n], 2, 3)] for n in (2, 3)},
        **each("interpolate upsample", [call(two, scale_factor=2), call(two, (5, 5)),
                                        call(two, scale_factor=2, mode="bilinear"),
                                        call(one, 4, mode="linear"),
                                        call(two, (5, 5), mode="bicubic"),
                                        call(two, 4, mode="area")]),
        "upsample_bilinear": [call(two, scale_factor=2)],
        "upsample_nearest": [call(two, scale_factor=2)],
        "affine_grid": [call(f(2, 2, 3), [2, 3, 4, 4])],
        "grid_sample": [call(f(1, 2, 4, 4), f(1, 3, 3, 2), align_corners=True)],
        "pad": [call(f(2, 3), (1, 1)), call(f(2, 3, 4), (1, 1), "reflect"),
                call(f(2, 3, 4), (1, 1), "replicate"), call(f(2, 3, 4), (1, 1), "circular")],
        "unfold": [call(two, 2), call(two, 3, stride=2)],
        "fold": [call(f(2, 12, 49), (8, 8), 2)],
        # losses
        **each("mse_loss l1_loss smooth_l1_loss huber_loss", _reduced(*pair)),
        "binary_cross_entropy": [*_reduced(*pair), *_reduced(*pair, weight=f(2, 3))],
        "binary_cross_entropy_with_logits": [*_reduced(*pair), *_reduced(*pair, weight=f(3)),
                                             *_reduced(*pair, pos_weight=f(3))],
        "cross_entropy": [*classes, *_reduced(f(4, 3), f(4, 3)),
                          call(f(4, 3), i(3, 4), label_smoothing=0.1)],
        "nll_loss": classes,
        "kl_div": [*_reduced(*pair), call(*pair, reduction="batchmean"),
                   call(*pair, log_target=True, reduction="sum")],
        "poisson_nll_loss": [*_reduced(*pair), call(*pair, log_input=False)],
        "gaussian_nll_loss": _reduced(f(2, 3), f(2, 3), f(2, 3)),
        "cosine_embedding_loss": _reduced(f(3, 4), f(3, 4), sign),
        "margin_ranking_loss": _reduced(f(3), f(3), sign),
        "hinge_embedding_loss": _reduced(f(2, 3), sign),
        "soft_margin_loss": _reduced(f(2, 3), sign),
        "multi_margin_loss": [*_reduced(f(4, 3), i(3, 4)),
                              *_reduced(f(4, 3), i(3, 4), weight=f(3))],
        "multilabel_margin_loss": _reduced(f(4, 3), i(3, 4, 3)),
        "multilabel_soft_margin_loss": [*_reduced(*pair), *_reduced(*pair, weight=f(3))],
        "triplet_margin_loss": _reduced(*triplet),
        "triplet_margin_with_distance_loss": _reduced(*triplet),
        "ctc_loss": _reduced(f(5, 2, 4).log_softmax(2), i(3, 2, 2) + 1, *lengths),
        "linear_cross_entropy": [call(f(4, 3), f(5, 3), i(5, 4))],
        "cosine_similarity": [call(f(2, 3), f(2, 3)), call(f(2, 3), f(2, 3), dim=0)],
        "pairwise_distance": [call(f(2, 3), f(2, 3)), call(f(2, 3), f(2, 3), p=1.0)],
        "grouped_mm": [call(f(2, 4, 16).bfloat16(), f(2, 16, 8).bfloat16())],
    }  # fmt: skip


def torch_nn_samples() -> dict[str, list[Call]]:
    """Return calls of the same functions as `torch` spells them, where it takes them otherwise."""
    f, i = floats, ints
    double = torch.float64
    cell = (f(4, 3), f(4, 4), f(4), f(4))
    gates = (f(16, 3), f(16, 4), f(16), f(16))
    run = (True, 1, 0.0, True, False, False)
    norm = (f(4, 3), f(3), f(3), f(3), f(3))
    return {
        "convolution": [call(f(2, 4, 8), f(6, 4, 3), f(6), [1], [0], [1], False, [0], 1)],
        "torch.embedding": [call(f(5, 4), i(5, 2, 3)), call(f(5, 4), i(5, 3))],
        "torch.embedding_bag": [call(f(5, 4), i(5, 6), torch.tensor([0, 3]))],
        "embedding_renorm": [call(f(5, 4), i(5, 3), 0.5, 2.0)],
        "torch.batch_norm": [call(*norm, True, 0.1, 1e-5, False),
                             call(*norm, False, 0.1, 1e-5, False)],
        "native_batch_norm": [call(*norm, True, 0.1, 1e-5), call(*norm, False, 0.1, 1e-5)],
        "torch.instance_norm": [call(f(2, 3, 6), *norm[1:], True, 0.1, 1e-5, False)],
        "native_group_norm": [call(f(2, 4, 6), f(4), f(4), 2, 4, 6, 2, 1e-5)],
        "native_layer_norm": [call(f(2, 3, 4), (4,), f(4), f(4), 1e-5)],
        **each("torch.rnn_tanh_cell torch.rnn_relu_cell", [call(f(2, 3), f(2, 4), *cell)]),
        "torch.gru_cell": [call(f(2, 3), f(2, 4), f(12, 3), f(12, 4), f(12), f(12))],
        "torch.lstm_cell": [call(f(2, 3), [f(2, 4), f(2, 4)], *gates)],
        # Another implementation is taken for float64, which saves other things.
        "torch.lstm": [
            call(f(5, 2, 3), [f(1, 2, 4), f(1, 2, 4)], list(gates), *run),
            call(f(5, 2, 3).to(double), [f(1, 2, 4).to(double), f(1, 2, 4).to(double)],
                 [gate.to(double) for gate in gates], *run),
        ],
        "torch.gru": [call(f(5, 2, 3), f(1, 2, 4), [f(12, 3), f(12, 4), f(12), f(12)], *run)],
        **each("torch.rnn_tanh torch.rnn_relu", [call(f(5, 2, 3), f(1, 2, 4), list(cell), *run)]),
        "fake_quantize_per_tensor_affine": [call(f(2, 3), 0.1, 0, -128, 127)],
        "fake_quantize_per_channel_affine": [
            call(f(2, 3), f(2), torch.zeros(2, dtype=torch.int32), 0, -128, 127),
        ],
        "affine_grid_generator": [call(f(2, 2, 3), [2, 3, 4, 4], True)],
        **each("torch.grid_sampler torch.grid_sampler_2d",
               [call(f(1, 2, 4, 4), f(1, 3, 3, 2), 0, 0, True)]),
        "torch.grid_sampler_3d": [call(f(1, 2, 4, 4, 4), f(1, 3, 3, 3, 3), 0, 0, True)],
        "torch.poisson_nll_loss": [call(f(2, 3), f(2, 3), True, False, 1e-8, 1)],
    }  # fmt: skip
