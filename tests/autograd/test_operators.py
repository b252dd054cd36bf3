"""The operator table says what torch does: each claim is asked of the installed torch.

The table is measured with saved-tensor hooks. The tests ask in another way, as a program would find
out: they bump an operand's version after the call, and see whether the backward raises.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor, nn
from torch.autograd.graph import increment_version

from autograd_lint.autograd import operators
from autograd_lint.autograd.generate import functions, left_out
from autograd_lint.autograd.generate.forms import bind, forms_of
from autograd_lint.autograd.generate.measuring import Bound, Call, tensors_in
from autograd_lint.autograd.operators import Operator

# The table is up to date and complete


def test_the_table_is_what_torch_says() -> None:
    # In a process of its own: torch's names grow with what is imported.
    command = [sys.executable, "-m", "autograd_lint.autograd.generate", "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def public_names() -> Iterator[tuple[str, str]]:
    """Yield where each public function and method is, and its name there."""
    for prefix, space in functions.SPACES.items():
        for name in functions.names_in(space):
            yield prefix or "torch.", name
    for name in functions.methods():
        yield "Tensor.", name


def looked_up(prefix: str, name: str) -> Operator | None:
    if prefix == "Tensor.":
        return operators.method(name)
    return operators.function(f"torch.{prefix.removeprefix('torch.')}{name}")


def test_every_function_and_method_is_in_the_table_or_left_out_with_a_reason() -> None:
    missing = [
        prefix + name
        for prefix, name in public_names()
        if looked_up(prefix, name) is None and not left_out.is_left_out(prefix, name)
    ]

    assert missing == []


def test_what_is_left_out_exists_and_is_not_in_the_table() -> None:
    known = {spelt for prefix, name in public_names() for spelt in (name, prefix + name)}
    listed = {name for names in left_out.LEFT_OUT.values() for name in names.split()}
    twice = [
        prefix + name
        for prefix, name in public_names()
        if left_out.is_left_out(prefix, name) and looked_up(prefix, name) is not None
    ]

    assert listed - known == set()
    assert twice == []


def test_every_module_class_is_in_the_table_or_left_out_with_a_reason() -> None:
    classes = {name for name in dir(nn) if operators.is_module_class(name)}
    listed = {name for names in left_out.MODULES_LEFT_OUT.values() for name in names.split()}

    assert {name for name in classes if operators.module(name) is None} == listed


def derivatives() -> dict[str, list[tuple[str, str]]]:
    """Return the operators of which torch has a derivative, each with its spellings in Python."""
    packaged = files("torchgen") / "packaged/autograd/derivatives.yaml"
    found: dict[str, list[tuple[str, str]]] = {}
    everywhere = set(public_names())
    for entry in yaml.safe_load(packaged.read_text(encoding="utf-8")):
        name = entry["name"].partition("(")[0].partition(".")[0]
        formulas = {key: str(formula) for key, formula in entry.items() if key != "name"}
        formulas.pop("output_differentiability", None)
        if all(f.startswith(("non_diff", "not_impl")) for f in formulas.values()):
            continue
        places = [("torch.", name), ("Tensor.", name), ("nn.functional.", name)]
        space, _, rest = name.partition("_")
        if space in ("linalg", "special", "fft"):
            places.append((f"{space}.", rest))
        found[name] = [place for place in places if place in everywhere]
    return {name: places for name, places in found.items() if places}


def test_what_has_a_derivative_and_a_name_is_in_the_table() -> None:
    known = derivatives()
    missing = []
    for prefix, name in itertools.chain(*known.values()):
        row = looked_up(prefix, name)
        if not left_out.is_left_out(prefix, name) and (row is None or not any(row.differentiable)):
            missing.append(prefix + name)

    assert len(known) > 290
    assert missing == []


@pytest.mark.parametrize(
    "name",
    [
        "torch.nn.functional.relu_", "torch.relu_", "torch.exp_", "torch.nn.functional.elu_",
        "torch.nn.functional.relu", "torch.nn.functional.sigmoid", "torch.nn.functional.tanh",
        "torch.linalg.norm", "torch.special.expit", "torch.special.psi", "torch.fft.rfft",
        "torch.functional.einsum", "torch.Tensor.mul_", "torch.clip", "torch.absolute",
        "torch.multiply", "torch.true_divide", "torch.concat", "torch.concatenate",
        "torch.moveaxis", "torch.swapaxes", "torch.nn.functional.multi_head_attention_forward",
        "torch.nn.functional.scaled_dot_product_attention", "torch.stft",
    ],
)  # fmt: skip
def test_functions_are_found_by_their_full_names(name: str) -> None:
    assert operators.function(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "__add__", "__radd__", "__rsub__", "__imul__", "__iadd__", "__itruediv__", "__ipow__",
        "__matmul__", "__pow__", "__rpow__", "__neg__", "__eq__", "__and__", "divide", "multiply_",
        "subtract", "true_divide_", "masked_fill_", "index_put_", "scatter_add_", "index_add_",
        "t_", "copy_", "addcdiv_", "float_power_", "lerp_", "clip_", "new_zeros",
    ],
)  # fmt: skip
def test_methods_are_found(name: str) -> None:
    assert operators.method(name) is not None


def test_what_torch_does_not_have_is_not_found() -> None:
    assert operators.function("torch.frobnicate") is None
    assert operators.method("frobnicate_") is None
    assert operators.module("Frobnicate") is None


# What is known by heart


@pytest.mark.parametrize(
    "name", ["relu", "sigmoid", "tanh", "exp", "sqrt", "softmax", "log_softmax", "norm", "prod"]
)
def test_these_save_their_result(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    labels, twice = operator.given({}).saved(["self"], ["self"])
    assert "result" in labels
    assert twice


@pytest.mark.parametrize("name", ["sin", "abs", "log", "pow"])
def test_these_save_their_operand_and_not_their_result(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    labels, _ = operator.given({"exponent": 2}).saved(["self"], ["self"])
    assert labels == ("self",)


@pytest.mark.parametrize("name", ["add", "sub", "neg", "sum", "mean", "clone", "cumsum", "t"])
def test_these_save_nothing_and_can_be_walked_twice(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    assert operator.given({}).saved(["self"], ["self"]) == ((), False)


def test_a_product_saves_what_the_other_operand_s_gradient_needs() -> None:
    operator = operators.method("mul")
    assert operator is not None
    assert operator.saved(["self", "other"], ["self"])[0] == ("other",)
    assert operator.saved(["self", "other"], ["other"])[0] == ("self",)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("torch.absolute", "torch.abs"),
        ("torch.concatenate", "torch.cat"),
        ("torch.multiply", "torch.mul"),
        ("torch.special.expit", "torch.sigmoid"),
    ],
)
def test_an_alias_has_the_row_of_what_it_means(name: str, same: str) -> None:
    found, expected = operators.function(name), operators.function(same)
    assert found is not None
    assert expected is not None
    assert found.saves == expected.saves


def test_a_linear_layer_saves_its_weight_only_behind_another_layer() -> None:
    module = operators.module("Linear")
    assert module is not None
    assert "weight" not in module.saved(training=True, needs_grad=False)[0]
    assert "weight" in module.saved(training=True, needs_grad=True)[0]


def test_a_convolution_saves_its_weight_always() -> None:
    module = operators.module("Conv2d")
    assert module is not None
    assert "weight" in module.saved(training=True, needs_grad=False)[0]


# What functions and methods save


def tensors() -> dict[str, Any]:
    """Return what the expressions below are about: numbers, indices, masks."""
    torch.manual_seed(0)
    rand = torch.rand
    return {
        "torch": torch, "x": rand(2, 3), "y": rand(2, 3), "z": rand(2, 3), "row": rand(3),
        "three": rand(2, 3, 4), "other": rand(2, 4, 5), "column": rand(3, 4), "bias": rand(4),
        "image": rand(2, 3, 8, 8), "kernel": rand(4, 3, 3, 3), "weight": rand(4, 3),
        "scale": rand(3), "shift": rand(3), "mean": rand(3), "var": rand(3),
        "square": rand(2, 2), "batch": rand(2, 3, 5), "embedded": rand(5, 3),
        "heads": rand(2, 2, 5, 4), "target": torch.tensor([1, 0]),
        "places": torch.tensor([[0, 1], [2, 0]]), "rows": torch.tensor([1, 0]),
        "mask": torch.tensor([[True, False, True], [False, True, True]]),
    }  # fmt: skip


EXPRESSIONS = """
torch.relu(x); F.relu(x); F.relu_(x); torch.relu_(x); x.relu(); x.relu_(); F.relu(x, inplace=True)
x.sigmoid(); x.sigmoid_(); torch.sigmoid(x); F.sigmoid(x); x.tanh(); x.tanh_(); F.tanh(x)
x.exp(); x.exp_(); torch.exp_(x); x.log(); x.log_(); x.sqrt(); x.sqrt_(); x.rsqrt(); x.rsqrt_()
x.sin(); x.sin_(); x.abs(); x.abs_(); x.neg(); x.neg_(); x.reciprocal(); x.reciprocal_()
x.square(); x.square_(); x.erf(); x.erf_(); x.floor(); x.round_(); x.clone(); x.log1p(); x.expm1_()
torch.softmax(x, 1); F.softmax(x, dim=1); x.softmax(-1); F.log_softmax(x, dim=1); F.softmin(x, 1)
F.elu(x); F.elu_(x); F.elu(x, inplace=True); F.selu(x); F.selu(x, inplace=True); F.celu(x)
F.celu(x, inplace=True); F.silu(x); F.silu(x, inplace=True); F.mish(x); F.mish(x, inplace=True)
F.leaky_relu(x); F.leaky_relu_(x); F.leaky_relu(x, inplace=True); F.hardtanh(x); F.hardtanh_(x)
F.relu6(x); F.relu6(x, inplace=True); F.hardsigmoid(x); F.hardswish(x); F.softplus(x); F.gelu(x)
F.hardsigmoid(x, inplace=True); F.hardswish(x, inplace=True); F.threshold(x, 0.5, 0.0)
F.logsigmoid(x); F.prelu(x, scale); F.glu(three, 2); F.normalize(x)
x + y; x - y; x * y; x / y; x * 2; x / 2; 2 / x; x ** 2; x ** y; 2.0 ** x; x @ column; x.add(y)
x.mul(y); x.mul_(y); x.mul_(2); x.add_(y); x.sub_(y); x.div_(y); x.div_(2); x.pow(2); x.pow_(2)
x.pow_(y); torch.mul(x, row); torch.div(x, row); x.true_divide(y); x.multiply_(y); x.divide_(y)
x.addcmul(y, z); x.addcmul_(y, z); x.addcdiv(y, z); x.addcdiv_(y, z); x.lerp(y, 0.5)
x.lerp_(y, 0.5); x.lerp(y, z); x.lerp_(y, z); x.atan2(y); x.atan2_(y); x.remainder(y); x.fmod_(2)
x.copy_(y); x.zero_(); x.fill_(0.5); x.hypot_(y); torch.maximum(x, y); torch.minimum(x, row)
torch.where(mask, x, y); torch.where(mask, x, 0.0); x.where(mask, y); x.masked_fill(mask, 0.0)
x.masked_fill_(mask, 0.0); x.masked_select(mask); x.masked_scatter_(mask, y); x.clamp(0.2, 0.8)
x.clamp_(0.2, 0.8); x.clamp(min=0.2); x.clamp_(max=y); x.clamp_min(0.3); x.clamp_min_(0.3)
x.max(); x.max(dim=1); x.max(1); torch.max(x, y); x.min(); x.min(dim=0); torch.min(x, y); x.amax(1)
x.median(); x.median(dim=1); x.sum(); x.sum(dim=1); x.mean(); x.mean(1); x.prod(); x.prod(dim=1)
x.var(); x.var(dim=1); x.std(); x.std(dim=1); x.norm(); x.norm(dim=1); torch.linalg.norm(x)
torch.linalg.vector_norm(x, dim=1); x.logsumexp(1); x.cumsum(1); x.cumsum_(1); x.cumprod(1)
x.cumprod_(1); x.logcumsumexp(1); x.sort(dim=1); x.topk(2); x.kthvalue(2); x.cummax(1); x.dist(y)
torch.cat([x, y]); torch.stack([x, y]); torch.cat((x, y), 1); torch.hstack([x, y]); x.repeat(2, 1)
x.gather(1, places); x.index_select(1, rows); x.take_along_dim(places, 1); x.take(places); x.flip(0)
x.scatter(1, places, square); x.scatter_(1, places, square); x.scatter_add(1, places, square)
x.scatter_add_(1, places, square); x.index_add(0, rows, y); x.index_add_(0, rows, y)
x.index_copy_(0, rows, y); x.index_fill_(1, rows, 0.0); x.index_put_((rows,), y)
x.put_(rows, row[:2]); x.roll(1); x.tril(); x.tril_(); square.diag(); torch.trace(x); x.nan_to_num_()
x.view(6); x.t(); x.unsqueeze(0); x.transpose(0, 1); x.expand(4, 2, 3); x.reshape(3, 2)
x.permute(1, 0); x.flatten(); torch.mm(x, column); torch.matmul(x, column)
torch.matmul(three, other); torch.bmm(three, other); x.matmul(row); torch.mv(x, row)
torch.dot(row, scale); torch.outer(row, scale); torch.addmm(bias, x, column)
torch.baddbmm(batch, three, other); torch.einsum("ij,jk->ik", x, column); torch.inner(x, row)
torch.tensordot(x, column, 1); F.linear(x, weight); F.linear(x, weight, bias)
F.conv2d(image, kernel); F.conv2d(image, kernel, bias, padding=1); F.embedding(places, embedded)
F.batch_norm(x, mean, var, training=True); F.batch_norm(x, mean, var, training=False)
F.batch_norm(x, mean, var, scale, shift, training=True); F.batch_norm(x, mean, var, scale, shift)
F.layer_norm(x, (3,)); F.layer_norm(x, (3,), scale, shift); F.group_norm(x, 3, scale, shift)
F.instance_norm(three, weight=scale, bias=shift); F.rms_norm(x, (3,), scale); F.dropout(x, 0.5)
F.dropout(x, 0.5, False); F.dropout(x, inplace=True); F.dropout2d(image, 0.5)
F.alpha_dropout(x, 0.5, True); F.max_pool2d(image, 2); F.avg_pool2d(image, 2)
F.max_pool2d(image, 2, return_indices=True); F.adaptive_max_pool2d(image, 2); F.unfold(image, 2)
F.interpolate(image, scale_factor=2); F.interpolate(image, scale_factor=2, mode="bilinear")
F.pad(x, (1, 1)); F.scaled_dot_product_attention(heads, heads, heads); F.mse_loss(x, y)
F.mse_loss(x, y, reduction="sum"); F.l1_loss(x, y); F.smooth_l1_loss(x, y); F.huber_loss(x, y)
F.binary_cross_entropy(x, y); F.binary_cross_entropy(x, y, z); F.cross_entropy(x, target)
F.binary_cross_entropy_with_logits(x, y); F.cross_entropy(x, target, scale); F.cross_entropy(x, y)
F.nll_loss(x, target); F.nll_loss(x, target, scale); F.kl_div(x, y); F.cosine_similarity(x, y)
F.kl_div(x, y, log_target=True, reduction="sum"); F.gaussian_nll_loss(x, y, z)
F.triplet_margin_loss(x, y, z); F.poisson_nll_loss(x, y); F.multi_margin_loss(x, target)
torch.fft.rfft(x); torch.fft.fft(x, n=8); torch.special.expit(x); torch.special.xlogy(x, y)
torch.linalg.inv(square); torch.linalg.det(square); torch.cdist(x, y)
"""
CASES = [case.strip() for line in EXPRESSIONS.splitlines() for case in line.split(";") if case]
ARITHMETIC = {
    ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Div: "__truediv__",
    ast.Pow: "__pow__", ast.MatMult: "__matmul__",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An expression: what torch runs, its arguments by parameter, and the row of the table."""

    function: Callable[..., Any]
    bound: Bound
    row: Operator

    @classmethod
    def of(cls, text: str) -> Case:
        node = ast.parse(text, mode="eval").body
        values = tensors()
        keywords: dict[str, Any] = {}
        row: Operator | None
        function: Callable[..., Any]
        if isinstance(node, ast.BinOp):
            operands, place, name = [node.left, node.right], "", ARITHMETIC[type(node.op)]
            if isinstance(node.left, ast.Constant):
                operands, name = operands[::-1], f"__r{name[2:]}"
        else:
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Attribute)
            operands, place, name = node.args, ast.unparse(node.func.value), node.func.attr
            keywords = {k.arg: cls._value(k.value, values) for k in node.keywords if k.arg}
            if place not in ("F", "torch") and not place.startswith("torch."):
                operands, place = [node.func.value, *operands], ""
        if place:
            full = f"{place}.{name}".replace("F.", "torch.nn.functional.")
            function = eval(full, {"torch": torch})
            row = operators.inplace(full) if "inplace" in keywords else operators.function(full)
        else:
            function, row = getattr(Tensor, name), operators.method(name)
        assert row is not None
        given = Call(tuple(cls._value(operand, values) for operand in operands), keywords)
        _, bound = bind(forms_of(function, name, method=not place), given)
        return cls(function, bound, row.given(dict(zip(bound.names, bound.values, strict=True))))

    @staticmethod
    def _value(node: ast.expr, values: dict[str, Any]) -> Any:
        return eval(compile(ast.Expression(node), "", "eval"), values)

    def operands(self) -> list[str]:
        return list(dict.fromkeys(name for name, _ in self.bound.tensors()))

    def able(self) -> list[str]:
        """Return the operands that may require grad."""
        return [
            name
            for name in self.operands()
            if all(t.is_floating_point() for n, t in self.bound.tensors() if n == name)
        ]

    def run(self, needing: Collection[str], bumped: str | None = None) -> list[Tensor]:
        """Run it and bump the version of an operand; return the results that require grad."""
        pairs = zip(self.bound.names, self.bound.values, strict=True)
        values = [copied(value, name in needing) for name, value in pairs]
        if self.row.writes and values[0].requires_grad:
            values[0] = values[0].clone()
        given = self.bound.with_values(values)
        results = tensors_in(given.run(self.function))
        named = [*given.tensors(), *((label(n), r) for n, r in enumerate(results))]
        roots = [result for result in results if result.requires_grad]
        for name, tensor in named:
            if name == bumped:
                increment_version(tensor.detach())
        return roots


def label(position: int) -> str:
    return f"result{position}" if position else "result"


def copied(value: Any, requires_grad: bool) -> Any:
    if isinstance(value, Tensor):
        return value.clone().requires_grad_(requires_grad and value.is_floating_point())
    if isinstance(value, list | tuple):
        return type(value)(copied(item, requires_grad) for item in value)
    return value


def backward(roots: list[Tensor]) -> str:
    """Walk backward; return the error, empty if there is none."""
    try:
        torch.autograd.backward(roots, [torch.ones_like(root) for root in roots])
    except RuntimeError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", CASES)
@pytest.mark.filterwarnings("ignore")
def test_an_operator_saves_what_torch_says(text: str) -> None:
    case = Case.of(text)
    able = case.able()
    for size in range(1, len(able) + 1):
        for needing in itertools.combinations(able, size):
            try:
                roots = case.run(needing)
            except RuntimeError as error:
                assert "not differentiable with respect to" in str(error)  # noqa: PT017
                continue
            results = 2 if case.row.outputs else 1
            outputs = [label(n) for n in range(results if case.row.outputs != 1 else 1)]
            names = [*case.operands(), *outputs]
            if case.row.writes:
                names.remove(case.bound.names[0])
            if case.row.view not in ("no", None):
                names.remove("result")
            saved = {n for n in names if "modified" in backward(case.run(needing, n))}
            first = backward(roots)
            twice = bool(backward(roots))

            assert first == ""
            assert (saved, twice) == (
                set(case.row.saved(case.operands(), needing)[0]) & set(names),
                case.row.saved(case.operands(), needing)[1],
            )


@pytest.mark.parametrize("text", CASES)
@pytest.mark.filterwarnings("ignore")
def test_an_operator_writes_and_returns_what_torch_says(text: str) -> None:
    case = Case.of(text)
    values = [copied(value, False) for value in case.bound.values]
    bound = case.bound.with_values(values)
    before = [(name, tensor._version) for name, tensor in bound.tensors()]
    result = bound.run(case.function)
    after = [tensor._version for _, tensor in bound.tensors()]
    written = {name for (name, old), new in zip(before, after, strict=True) if old != new}
    results = tensors_in(result)
    outputs = len(results) if isinstance(result, tuple | list) else 0
    first = bound.values[0]

    assert written == {*case.row.writes} | (written & {*case.row.updates})
    assert case.row.outputs == outputs
    assert case.row.kind == ("float" if results[0].is_floating_point() else "complex")
    if not case.row.writes and isinstance(first, Tensor) and case.row.view != "maybe":
        shared = results[0].untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
        assert shared is (case.row.view != "no")
    if case.row.shape == "same":
        assert results[0].shape == first.shape
    if case.row.shape == "scalar":
        assert results[0].shape == ()


@pytest.mark.filterwarnings("ignore")
def test_no_row_claims_what_torch_does_not_save() -> None:
    """All rows, with all calls by which they were measured: what is said to be saved is."""
    wrong = []
    torch.manual_seed(0)
    for key, function, forms, calls, _ in functions.spellings():
        kind, _, name = key.partition(" ")
        row = {"function": operators.function, "inplace": operators.inplace}.get(
            kind, operators.method
        )(name)
        for call in calls if row is not None else ():
            _, bound = bind(forms, call)
            case = Case(
                function, bound, row.given(dict(zip(bound.names, bound.values, strict=True)))
            )
            for needing in itertools.chain(
                *(itertools.combinations(case.able(), n) for n in (1, 2))
            ):
                try:
                    roots = case.run(needing)
                except Exception:  # not every spelling takes every call
                    continue
                if not roots or backward(roots):
                    continue
                saved, twice = case.row.saved(case.operands(), needing)
                wrong += [
                    (key, label, needing)
                    for label in saved
                    if "modified" not in backward(case.run(needing, label))
                ]
                if twice and not backward(roots):
                    wrong.append((key, "twice", needing))

    assert wrong == []


@pytest.mark.parametrize("name", [name for name in dir(Tensor) if name.endswith("_")])
def test_no_write_in_place_destroys_what_its_own_backward_needs(name: str) -> None:
    row = operators.method(name)
    if row is not None and row.writes:
        assert all(row.writes[0] not in saved for saved, _ in row.saves.values())


@pytest.mark.parametrize(
    ("name", "args", "legal"),
    [
        ("zero_", (), True), ("fill_", (0.5,), True), ("masked_fill_", (torch.ones(4, 3) > 0, 1.0), True),
        ("add_", (1,), False), ("mul_", (2,), False), ("copy_", (torch.rand(4, 3),), False),
        ("normal_", (), False), ("relu_", (), False), ("exp_", (), False), ("clamp_", (0, 1), False),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Use of masked_fill_ on expanded")
def test_a_write_to_expanded_memory_is_as_legal_as_torch_says(
    name: str, args: tuple[Any, ...], legal: bool
) -> None:
    expanded = torch.rand(1, 3).expand(4, 3)
    row = operators.method(name)

    assert row is not None
    assert row.expanded is legal
    if legal:
        getattr(expanded, name)(*args)
    else:
        with pytest.raises(RuntimeError, match="single memory location"):
            getattr(expanded, name)(*args)


@pytest.mark.parametrize(
    ("call", "gradient"),
    [
        ("x.round()", "zero"), ("x.floor()", "zero"), ("x.sign()", "zero"), ("x.relu()", None),
        ("x.heaviside(y)", "missing"), ("x.floor_divide(y)", "missing"), ("x.exp()", None),
    ],
)  # fmt: skip
def test_a_gradient_is_zero_or_missing_where_torch_says_so(call: str, gradient: str | None) -> None:
    case = Case.of(call)
    values = [copied(value, True) for value in case.bound.values]
    result = case.bound.with_values(values).run(case.function)

    error = backward([result])

    assert case.row.gradient == gradient
    assert ("not implemented" in error) is (gradient == "missing")
    if not error:
        assert (not values[0].grad.any()) is (gradient == "zero")


# What depends on an argument


def test_an_argument_tells_which_results_there_are() -> None:
    maximum = operators.method("max")

    assert maximum is not None
    assert maximum.outputs is None
    assert maximum.given({"dim": 1}).outputs == 2
    assert maximum.given({}).outputs == 0
    assert maximum.given({"dim": object()}).outputs == 2


def test_an_argument_of_which_nothing_is_known_decides_nothing() -> None:
    dropout = operators.function("torch.nn.functional.dropout")

    assert dropout is not None
    assert dropout.given({"training": False}).view == "self"
    assert dropout.given({"training": True}).saved(["input"], ["input"]) == ((), True)
    assert dropout.given({}) == dropout.given({"training": True})
    assert dropout.given({"training": object()}) is dropout
    assert dropout.saved(["input"], ["input"]) == ((), False)


def test_what_is_folded_is_copied_unless_it_is_contiguous() -> None:
    linear = operators.function("torch.nn.functional.linear")
    matrix, three = torch.rand(3, 2).t(), torch.rand(4, 3, 2).mT

    assert linear is not None
    for x in (matrix, three):
        weight = torch.rand(5, 3, requires_grad=True)
        result = nn.functional.linear(x, weight)
        increment_version(x)
        saves = "modified" in backward([result])

        assert saves is operators.saves_itself(linear, "input", contiguous=False, rank=x.dim())


# Modules


IMAGES = torch.rand(2, 4, 8, 8)
SERIES = torch.rand(5, 2, 4)
MODULES: list[tuple[str, tuple[Any, ...], tuple[Tensor, ...]]] = [
    *((name, (), (torch.rand(2, 4),)) for name in (
        "ReLU", "ReLU6", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "LeakyReLU", "Hardtanh",
        "Hardsigmoid", "Hardswish", "Softplus", "Sigmoid", "Tanh", "LogSigmoid", "Identity")),
    ("Softmax", (1,), (torch.rand(2, 4),)),
    ("LogSoftmax", (1,), (torch.rand(2, 4),)),
    ("PReLU", (), (torch.rand(2, 4),)),
    ("Dropout", (0.5,), (torch.rand(2, 4),)),
    ("Linear", (4, 3), (torch.rand(2, 4),)),
    ("Linear", (4, 3), (torch.rand(2, 5, 4),)),
    ("Bilinear", (4, 3, 2), (torch.rand(2, 4), torch.rand(2, 3))),
    ("Embedding", (5, 4), (torch.tensor([[0, 1], [4, 2]]),)),
    ("Conv1d", (4, 3, 3), (torch.rand(2, 4, 8),)),
    ("Conv2d", (4, 3, 3), (IMAGES,)),
    ("ConvTranspose2d", (4, 3, 3), (IMAGES,)),
    ("BatchNorm1d", (4,), (torch.rand(5, 4),)),
    ("BatchNorm2d", (4,), (IMAGES,)),
    ("LayerNorm", (4,), (torch.rand(2, 4),)),
    ("GroupNorm", (2, 4), (IMAGES,)),
    ("InstanceNorm2d", (4,), (IMAGES,)),
    ("RMSNorm", (4,), (torch.rand(2, 4),)),
    ("MaxPool2d", (2,), (IMAGES,)),
    ("AvgPool2d", (2,), (IMAGES,)),
    ("Upsample", (None, 2), (IMAGES,)),
    ("GRU", (4, 3), (SERIES,)),
    ("RNN", (4, 3), (SERIES,)),
    ("LSTM", (4, 3), (SERIES,)),
    ("LSTMCell", (4, 3), (torch.rand(2, 4),)),
    ("GRUCell", (4, 3), (torch.rand(2, 4),)),
    ("MultiheadAttention", (4, 2), (SERIES, torch.rand(6, 2, 4), torch.rand(6, 2, 4))),
    ("TransformerEncoderLayer", (4, 2, 8), (SERIES,)),
    ("TransformerDecoderLayer", (4, 2, 8), (SERIES, torch.rand(6, 2, 4))),
    ("MSELoss", (), (torch.rand(2, 4), torch.rand(2, 4))),
    ("L1Loss", (), (torch.rand(2, 4), torch.rand(2, 4))),
    ("BCELoss", (), (torch.rand(2, 4), torch.rand(2, 4))),
    ("BCEWithLogitsLoss", (), (torch.rand(2, 4), torch.rand(2, 4))),
    ("CrossEntropyLoss", (), (torch.rand(2, 4), torch.tensor([0, 3]))),
    ("NLLLoss", (), (torch.rand(2, 4), torch.tensor([0, 3]))),
    ("KLDivLoss", (), (torch.rand(2, 4), torch.rand(2, 4))),
]  # fmt: skip
LOSES_SOME = {"LSTM", "GRU", "RNN", "MultiheadAttention"}
"""Those of which torch saves more here than it always does."""


@pytest.mark.parametrize("frozen", [False, True], ids=["trained", "frozen"])
@pytest.mark.parametrize("needs", [False, True], ids=["plain", "grad"])
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize(("name", "args", "inputs"), MODULES)
@pytest.mark.filterwarnings("ignore")
def test_a_module_saves_what_torch_says(
    name: str,
    args: tuple[Any, ...],
    inputs: tuple[Tensor, ...],
    training: bool,
    needs: bool,
    frozen: bool,
) -> None:
    known = operators.module(name)
    assert known is not None
    torch.manual_seed(0)
    module = getattr(nn, name)(*args).train(training).requires_grad_(not frozen)
    frozen = frozen and any(True for _ in module.parameters())
    parameters = dict(module.named_parameters())

    def run(bumped: str | None = None) -> list[Tensor]:
        given = [copied(x, needs and n == 0) for n, x in enumerate(inputs)]
        results = tensors_in(module(*given))
        named = {
            **parameters,
            **{f"input{n}": x for n, x in enumerate(given)},
            "result": results[0],
        }
        roots = [result for result in results if result.requires_grad]
        if bumped is not None:
            increment_version(named[bumped].detach())
        return roots

    roots = run()
    if not roots:
        return
    assert backward(roots) == ""
    twice = bool(backward(roots))
    names = [*parameters, *(f"input{n}" for n in range(len(inputs)))]
    if name not in ("Identity", "Dropout"):
        names.append("result")
    saved = {label for label in names if "modified" in backward(run(label))}
    claimed, claimed_twice = known.saved(training, needs, frozen)

    assert set(known.parameters) == set(parameters)
    assert claimed_twice == twice
    assert {*claimed} & {*names} <= saved
    if name not in LOSES_SOME:
        assert {*claimed} & {*names} == saved


INPLACE = [
    ("ReLU", ()), ("ReLU6", ()), ("ELU", ()), ("SELU", ()), ("CELU", ()), ("LeakyReLU", ()),
    ("RReLU", ()), ("Hardtanh", ()), ("Hardsigmoid", ()), ("Hardswish", ()), ("SiLU", ()),
    ("Mish", ()), ("Threshold", (0.5, 0.0)), ("Dropout", ()), ("Dropout1d", ()), ("Dropout2d", ()),
    ("Dropout3d", ()),
]  # fmt: skip


def test_these_are_all_modules_that_work_in_place() -> None:
    classes = {name for name in dir(nn) if operators.is_module_class(name)}
    takes = {n for n in classes if "inplace" in inspect.signature(getattr(nn, n)).parameters}
    x = torch.rand(2, 4)
    ignores = {"AlphaDropout", "FeatureAlphaDropout"}

    assert takes == {name for name, _ in INPLACE} | ignores
    for name in ignores:
        assert getattr(nn, name)(inplace=True)(x) is not x
        assert operators.inplace_of_module(name) is None


@pytest.mark.parametrize(("name", "args"), INPLACE)
@pytest.mark.filterwarnings("ignore")
def test_a_module_in_place_writes_and_saves_what_torch_says(
    name: str, args: tuple[Any, ...]
) -> None:
    row = operators.inplace_of_module(name)
    module = getattr(nn, name)(*args, inplace=True)

    def run(bump: bool) -> Tensor:
        shape = {"2d": (2, 3, 4, 4), "3d": (2, 3, 4, 4, 4)}.get(name[-2:], (2, 3, 4))
        x = torch.rand(shape, requires_grad=True).clone()
        assert module(x) is x
        assert x._version == 1
        if bump:
            increment_version(x)
        return x

    assert row is not None
    assert row.writes == ("input",)
    saved, twice = row.given({"training": True}).saved(["input"], ["input"])
    result = run(False)
    assert backward([result]) == ""
    assert bool(backward([result])) is twice
    assert ("modified" in backward([run(True)])) is ("result" in saved)
