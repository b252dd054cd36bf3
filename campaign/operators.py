"""What random programs may do to tensors: templates of expressions, as data.

A template names its operands `{x}`, `{y}`, `{z}`; what its result's shape is follows from the table
it stands in. That an operator is listed among the linear ones says only that a cautious program
may write to its operands and its result: a hint that steers the generator, which torch then judges.
"""

from __future__ import annotations

Shape = tuple[int, ...]

METHODS = (
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "deg2rad",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "frac",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logit",
    "nan_to_num",
    "neg",
    "rad2deg",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "sgn",
    "sigmoid",
    "sign",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
)
"""Unary operators that are methods, functions in torch, and methods with a trailing underscore."""

INPLACE_METHODS = tuple(name for name in METHODS if name not in {"acosh", "asinh", "atanh"})
"""Those whose in-place variant torch can go backward through."""

LINEAR = (
    "{x} + 1",
    "{x} - 0.5",
    "1 - {x}",
    "-{x}",
    "{x}.clone()",
    "torch.clone({x})",
    "{x}.neg()",
    "{x}.add(0.5)",
    "{x}.sub(1)",
    "{x} * 1.0 + 0",
    "{x}.contiguous().clone()",
    "torch.zeros_like({x}) + {x}",
)

UNARY = (
    "{x} * 2",
    "{x} / 3",
    "2 / {x}",
    "{x} ** 2",
    "{x} ** 3",
    "{x} ** 0.5",
    "2 ** {x}",
    "{x} % 2",
    "{x}.pow(2)",
    "{x}.pow(3)",
    "{x}.clamp(-1, 1)",
    "{x}.clamp(min=0)",
    "{x}.clip(max=1)",
    "torch.clamp({x}, min=0.1)",
    "torch.clamp_min({x}, 0.2)",
    "{x} * {x}",
    "{x} + {x}",
    "{x} * {x}.detach()",
    "F.relu({x})",
    "F.relu6({x})",
    "F.leaky_relu({x}, 0.1)",
    "F.elu({x})",
    "F.celu({x})",
    "F.selu({x})",
    "F.gelu({x})",
    "F.silu({x})",
    "F.mish({x})",
    "F.softplus({x})",
    "F.softsign({x})",
    "F.hardtanh({x})",
    "F.hardswish({x})",
    "F.hardsigmoid({x})",
    "F.logsigmoid({x})",
    "F.tanhshrink({x})",
    "F.softshrink({x})",
    "F.hardshrink({x})",
    "F.threshold({x}, 0.1, 0.0)",
    "F.dropout({x}, 0.5)",
    "F.softmax({x}, dim=-1)",
    "F.log_softmax({x}, dim=-1)",
    "torch.softmax({x}, -1)",
    "torch.special.expit({x})",
    "torch.special.entr({x})",
    "torch.special.ndtr({x})",
    "torch.special.i0e({x})",
    "{x}.masked_fill({x} > 0, 0.0)",
    "{x} * ({x} > 0)",
    "{x} * ({x} > 0).float()",
    "torch.where({x} > 0, {x}, torch.zeros_like({x}))",
    "{x}.exp().log()",
    "{x}.sigmoid() * {x}",
    "{x} / ({x}.abs() + 1)",
    "{x} / {x}.norm()",
    "{x} - {x}.mean()",
    "{x} * {x}.sum()",
    "{x}.to(torch.float64).float()",
)

MODULES = (
    "nn.Tanh()",
    "nn.Sigmoid()",
    "nn.ReLU()",
    "nn.GELU()",
    "nn.SiLU()",
    "nn.ELU()",
    "nn.LeakyReLU(0.1)",
    "nn.Softplus()",
    "nn.Softmax(dim=-1)",
    "nn.Hardtanh()",
    "nn.Identity()",
    "nn.Dropout(0.5)",
)

INPLACE_MODULES = (
    "nn.ReLU(inplace=True)",
    "nn.ReLU(True)",
    "nn.LeakyReLU(0.1, inplace=True)",
    "nn.ELU(inplace=True)",
    "nn.SiLU(inplace=True)",
    "nn.ReLU6(inplace=True)",
    "nn.Hardtanh(inplace=True)",
    "nn.Dropout(0.5, inplace=True)",
)

BINARY_LINEAR = (
    "{x} + {y}",
    "{x} - {y}",
    "torch.add({x}, {y})",
    "torch.sub({x}, {y}, alpha=2)",
    "{x}.add({y})",
    "torch.add({x}, {y}, alpha=0.5)",
)

BINARY = (
    "{x} * {y}",
    "{x} / {y}",
    "{x} ** {y}",
    "torch.mul({x}, {y})",
    "torch.div({x}, {y})",
    "{x}.mul({y})",
    "{x}.div({y} + 2)",
    "torch.atan2({x}, {y})",
    "torch.hypot({x}, {y})",
    "torch.maximum({x}, {y})",
    "torch.minimum({x}, {y})",
    "torch.fmax({x}, {y})",
    "torch.fmin({x}, {y})",
    "torch.logaddexp({x}, {y})",
    "torch.logaddexp2({x}, {y})",
    "torch.remainder({x}, {y})",
    "torch.fmod({x}, {y})",
    "torch.copysign({x}, {y})",
    "torch.xlogy({x}, {y})",
    "torch.lerp({x}, {y}, 0.3)",
    "torch.where({x} > 0, {x}, {y})",
    "torch.where({y} > 0, {x}, {y})",
    "torch.pow({x}, {y})",
    "torch.sigmoid({x}) * {y}",
    "{x} * torch.tanh({y})",
    "({x} + {y}) * {y}",
    "{x} * ({y} > 0)",
)

TERNARY = (
    "torch.addcmul({x}, {y}, {z})",
    "torch.addcdiv({x}, {y}, {z})",
    "torch.lerp({x}, {y}, {z})",
    "torch.where({x} > {y}, {y}, {z})",
    "{x} * {y} + {z}",
    "({x} - {y}) / {z}",
    "torch.stack([{x}, {y}, {z}]).sum(0)",
)

LOSSES = (
    "F.mse_loss({x}, {y})",
    "F.l1_loss({x}, {y})",
    "F.smooth_l1_loss({x}, {y})",
    "F.huber_loss({x}, {y})",
    "F.kl_div({x}, {y}, reduction='sum')",
    "F.binary_cross_entropy_with_logits({x}, {y})",
    "F.soft_margin_loss({x}, {y}.detach())",
    "F.gaussian_nll_loss({x}, {y}, torch.ones_like({x}))",
    "nn.MSELoss()({x}, {y})",
    "nn.L1Loss(reduction='sum')({x}, {y})",
    "torch.dist({x}, {y})",
    "({x} - {y}).pow(2).mean()",
    "(({x} - {y}) ** 2).sum()",
    "({x} * {y}).sum()",
)
"""Operands of one shape to a single element."""

REDUCTIONS_LINEAR = ("{x}.sum()", "{x}.mean()", "torch.sum({x})", "torch.mean({x})")

REDUCTIONS = (
    "{x}.prod()",
    "{x}.max()",
    "{x}.min()",
    "{x}.amax()",
    "{x}.norm()",
    "{x}.median()",
    "{x}.var()",
    "{x}.std()",
    "{x}.nansum()",
    "{x}.square().mean()",
    "{x}.pow(2).sum()",
    "{x}.abs().sum()",
    "({x} ** 2).mean()",
    "torch.linalg.vector_norm({x})",
    "torch.prod({x})",
    "{x}.logsumexp(dim={dims})",
    "{x}.exp().sum()",
)

ALONG_DROPPING = (
    "{x}.sum({d})",
    "{x}.mean({d})",
    "{x}.prod({d})",
    "{x}.amax({d})",
    "{x}.amin({d})",
    "{x}.logsumexp({d})",
    "{x}.norm(dim={d})",
    "{x}.std({d})",
    "{x}.var({d})",
    "{x}.max({d}).values",
    "{x}.min({d})[0]",
    "{x}.median({d}).values",
)

ALONG_KEEPING = (
    "{x}.cumsum({d})",
    "{x}.cumprod({d})",
    "{x}.logcumsumexp({d})",
    "{x}.cummax({d}).values",
    "{x}.softmax({d})",
    "{x}.log_softmax({d})",
    "{x}.sort({d}).values",
    "{x}.flip({d})",
    "{x}.roll(1, {d})",
    "{x}.gather({d}, torch.zeros({shape}, dtype=torch.long))",
    "{x}.index_select({d}, torch.arange({n}))",
    "{x}.scatter({d}, torch.zeros({shape}, dtype=torch.long), 1.0)",
    "F.normalize({x}, dim={d})",
    "F.layer_norm({x}, {last})",
    "torch.cat([{x}], dim={d})",
    "{x}.index_fill({d}, torch.tensor([0]), 0.5)",
    "{x}.renorm(2, {d}, 1.0)",
)

INPLACE_FUNCTIONS = (
    "F.relu({x}, inplace=True)",
    "F.leaky_relu({x}, 0.1, inplace=True)",
    "F.elu({x}, inplace=True)",
    "F.celu({x}, inplace=True)",
    "F.selu({x}, inplace=True)",
    "F.silu({x}, inplace=True)",
    "F.mish({x}, inplace=True)",
    "F.hardtanh({x}, inplace=True)",
    "F.hardswish({x}, inplace=True)",
    "F.hardsigmoid({x}, inplace=True)",
    "F.relu6({x}, inplace=True)",
    "F.threshold({x}, 0.1, 0.0, inplace=True)",
    "F.dropout({x}, 0.5, inplace=True)",
    "torch.relu_({x})",
    "torch.exp_({x})",
    "torch.sigmoid_({x})",
    "F.relu_({x})",
)

INPLACE_PLAIN = (
    "{x}.mul_(2)",
    "{x}.add_(1)",
    "{x}.sub_(0.5)",
    "{x}.div_(2)",
    "{x}.pow_(2)",
    "{x}.fill_(0.5)",
    "{x}.zero_()",
    "{x}.clamp_(-1, 1)",
    "{x}.clamp_(min=0.1)",
    "{x}.clip_(max=1)",
    "{x}.masked_fill_({x} > 0, 1.0)",
    "{x}[{x} > 0] = 0.5",
    "{x}[...] = 0.5",
    "{x}.normal_()",
    "{x}.uniform_()",
    "{x}.bernoulli_(0.5)",
    "torch._foreach_mul_([{x}], 2.0)",
)

INPLACE_ROWS = (
    "{x}[0] = 1.0",
    "{x}[-1] = 0.0",
    "{x}[0] *= 2",
    "{x}[:1] += 1",
    "{x}[:1] = 0.5",
    "{x}[..., 0] = 0.0",
    "{x}[0].mul_(2)",
    "{x}[:1].zero_()",
    "{x}.narrow(0, 0, 1).fill_(0.5)",
    "{x}.select(0, 0).add_(1)",
    "{x}.index_fill_(0, torch.tensor([0]), 1.0)",
    "{x}.scatter_(0, torch.zeros({shape}, dtype=torch.long), 1.0)",
    "{x}.index_add_(0, torch.tensor([0]), torch.ones({one_row}))",
    "{x}.index_copy_(0, torch.tensor([0]), torch.ones({one_row}))",
    "{x}.cumsum_(0)",
    "{x}.unsqueeze(0).mul_(2)",
    "{x}.unsqueeze(0)[0] = 1.0",
    "{x}[[0]] = 0.5",
    "{x}[torch.tensor([0])] = 0.5",
)
"""For tensors of one dimension or more."""

INPLACE_AUGMENTED = ("{x} += 1", "{x} *= 2", "{x} -= 0.5", "{x} /= 2", "{x} **= 2")
"""For what can stand on the left of an assignment."""

INPLACE_AUGMENTED_BINARY = ("{x} += {y}", "{x} -= {y}", "{x} *= {y}", "{x} /= {y}")

INPLACE_BINARY = (
    "{x}.add_({y})",
    "{x}.sub_({y})",
    "{x}.mul_({y})",
    "{x}.div_({y})",
    "{x}.copy_({y})",
    "{x}.lerp_({y}, 0.5)",
    "{x}.add_({y}, alpha=0.1)",
    "{x}.atan2_({y})",
    "{x}.fmod_({y})",
    "{x}.addcmul_({y}, {y})",
    "{x}[...] = {y}",
    "{x}[:] = {y}",
)
"""The second operand broadcasts to the first, and does not share its memory."""

INPLACE_UNSEEN = (
    "{x}.data.mul_(2)",
    "{x}.data.add_(1)",
    "{x}.data[...] = 0.5",
    "{x}.data.zero_()",
)
"""Writes that autograd does not see."""

INPLACE_DETACHED = (
    "{x}.detach().mul_(2)",
    "{x}.detach().zero_()",
    "{x}.detach()[...] = 0.5",
    "nn.init.zeros_({x})",
    "nn.init.normal_({x})",
)
"""Writes that are legal on a leaf, and that autograd sees."""

OUT = ("torch.mul({x}, {y}, out={z})", "torch.add({x}, {y}, out={z})", "torch.exp({x}, out={z})")


def broadcast(left: Shape, right: Shape) -> Shape | None:
    """The shape that two shapes broadcast to; None where they do not fit."""
    wide, narrow = (left, right) if len(left) >= len(right) else (right, left)
    narrow = (1,) * (len(wide) - len(narrow)) + narrow
    if any(a != b and 1 not in (a, b) for a, b in zip(wide, narrow, strict=True)):
        return None
    return tuple(max(a, b) for a, b in zip(wide, narrow, strict=True))
