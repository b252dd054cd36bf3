"""Generates the operator table by asking torch: ``python -m autograd_lint.autograd.generate``.

Every operator is run on torch's own sample inputs (its test suite's operator database), once for each
set of operands that may require grad. Which tensors it saves is seen by `saved_tensors_hooks`, which
compare memory with that of the operands and results; whether a second backward raises, by calling
it; what is written, by version counters; what is a view, by shared memory.

What differs between samples of the same form is left out: the table holds what always holds.
With ``--check`` nothing is written; the exit code tells whether the table is up to date.
"""

from __future__ import annotations

import inspect
import itertools
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

TABLE = Path(__file__).parent / "data" / "operators.json"
_MOST_SAMPLES = 24
_MOST_ELEMENTS = 4000

Bound = dict[str, Any]
Call = Callable[[list[Any], dict[str, Any]], Any]


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    return []


def _memory(tensor: Tensor) -> int:
    """Return what identifies a tensor's memory, 0 for none."""
    try:
        return tensor.untyped_storage().data_ptr()
    except (RuntimeError, NotImplementedError):
        return 0


def _fresh(value: Any, requires_grad: bool) -> Any:
    """Copy an argument, with its tensors made leaves."""
    if isinstance(value, Tensor):
        leaf = value.detach().clone()
        if requires_grad and (leaf.is_floating_point() or leaf.is_complex()):
            leaf.requires_grad_()
        return leaf
    if isinstance(value, list | tuple) and value and all(isinstance(i, Tensor) for i in value):
        return type(value)(_fresh(item, requires_grad) for item in value)
    return value


def _prepared(bound: Bound, mask: set[str], inplace: bool) -> Bound:
    """Return fresh arguments; what is to be written in place is no leaf."""
    made = {name: _fresh(value, name in mask) for name, value in bound.items()}
    first = next(iter(made))
    if inplace and made[first].requires_grad:
        made[first] = made[first].clone()
    return made


def _measure(call: Callable[[Bound], Any], bound: Bound, mask: set[str], inplace: bool) -> Any:
    """Run an operator once and return what it did to autograd's state."""
    arguments = _prepared(bound, mask, inplace)
    first = next(iter(arguments))
    packed: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        packed.append(tensor)
        return tensor

    versions = {n: [t._version for t in _tensors(v)] for n, v in arguments.items()}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = call(arguments)
    results = _tensors(result)
    names: dict[int, str] = {}
    for index, tensor in enumerate(results):
        names.setdefault(_memory(tensor), "result" if index == 0 else f"result{index}")
    for name, value in arguments.items():
        for tensor in _tensors(value):
            names[_memory(tensor)] = name
    if inplace:
        names[_memory(arguments[first])] = "result"
    names.pop(0, None)
    saved = {names.get(_memory(tensor), "") for tensor in packed if tensor.numel()}
    written = [
        name
        for name, value in arguments.items()
        if [t._version for t in _tensors(value)] != versions[name]
    ]
    return {
        "saved": saved - {""},
        "twice": _raises_twice(call, bound, mask, inplace),
        "writes": written,
        "differentiable": [tensor.requires_grad for tensor in results],
        "view": None if inplace else _view_kind(call, arguments, result, first),
        "shape": _shape_facts(arguments, results),
        "kind": _kind(results[0]) if results else None,
        "outputs": len(results) if isinstance(result, list | tuple) else 0,
        "numbers": not results,
    }


def _raises_twice(
    call: Callable[[Bound], Any], bound: Bound, mask: set[str], inplace: bool
) -> bool | None:
    results = [t for t in _tensors(call(_prepared(bound, mask, inplace))) if t.requires_grad]
    if not results:
        return None
    ones = [torch.ones_like(result) for result in results]
    torch.autograd.backward(results, ones)
    try:
        torch.autograd.backward(results, ones)
    except RuntimeError as error:
        return "second time" in str(error) or "saved" in str(error)
    return False


def _view_kind(
    call: Callable[[Bound], Any], arguments: Bound, result: Any, first: str
) -> str | None:
    base, results = arguments[first], _tensors(result)
    if not isinstance(base, Tensor) or not results or not base.numel():
        return None
    if not all(_memory(tensor) == _memory(base) for tensor in results):
        return "no"
    if results[0] is base:
        return "self"
    if not isinstance(result, list | tuple):
        return "view" if results[0]._is_view() else "no"
    trial = dict(arguments)
    trial[first] = base.detach().clone().requires_grad_() + 0
    try:
        _tensors(call(trial))[0].mul_(2)
    except RuntimeError as error:
        if "multiple views" in str(error):
            return "multi"
    return "views"


def _shape_facts(arguments: Bound, results: list[Tensor]) -> tuple[bool, bool, bool, bool]:
    first = next(iter(arguments.values()))
    shapes = [t.shape for value in arguments.values() for t in _tensors(value)]
    try:
        together = torch.broadcast_shapes(*shapes)
    except RuntimeError:
        together = None
    if not results:
        return False, False, False, "dim" in arguments
    shape = results[0].shape
    same = isinstance(first, Tensor) and shape == first.shape
    return same, shape == together, shape == (), "dim" in arguments


def _kind(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return "bool"
    if tensor.is_complex():
        return "complex"
    return "float" if tensor.is_floating_point() else "int"


def _forms(function: Any, name: str) -> list[list[str]]:
    """Return the parameter names of each overload."""
    try:
        return [[p for p in inspect.signature(function).parameters]]
    except (TypeError, ValueError):
        pass
    found: list[list[str]] = []
    for spelling in (name.rpartition(".")[2], name.replace(".", "_")):
        for schema in torch._C._jit_get_schemas_for_operator(f"aten::{spelling}"):
            names = [argument.name for argument in schema.arguments]
            if "Dimname" not in str(schema) and len(names[0]) > 1 and names not in found:
                found.append([n for n in names if n not in ("out", "generator")])
        if found:
            break
    return found


def _bind(forms: list[list[str]], args: list[Any], kwargs: dict[str, Any]) -> Bound | None:
    for form in forms:
        if len(args) <= len(form) and all(name in form for name in kwargs):
            names = form[: len(args)]
            break
    else:
        names = [forms[0][0] if forms else "self"]
        names += [f"argument{index}" for index in range(1, len(args))]
    if len(set(names)) < len(args) or set(names) & set(kwargs):
        return None
    return dict(zip(names, args, strict=True)) | kwargs


class _Row:
    """What was measured of one callable, over all its samples."""

    def __init__(self, forms: list[list[str]]) -> None:
        self.forms = forms
        self.masks: dict[str, list[Any]] = {}

    def measure(self, call: Call, samples: Iterable[Any], inplace: bool) -> None:
        for sample in samples:
            args = [sample.input, *sample.args]
            bound = _bind(self.forms, args, sample.kwargs)
            if bound is None:
                continue
            count = len(args)

            def apply(values: Bound, count: int = count) -> Any:
                items = list(values.items())
                return call([v for _, v in items[:count]], dict(items[count:]))

            tensors = [name for name, value in bound.items() if _tensors(value)]
            floating = [
                name
                for name in tensors
                if all(t.is_floating_point() or t.is_complex() for t in _tensors(bound[name]))
            ]
            for size in range(1, min(len(floating), 3) + 1):
                for mask in itertools.combinations(floating, size):
                    key = f"{','.join(sorted(tensors))}|{','.join(sorted(mask))}"
                    try:
                        fact = _measure(apply, bound, set(mask), inplace)
                    except Exception:  # noqa: BLE001, S112 - not every sample suits every mask
                        continue
                    self.masks.setdefault(key, []).append(fact)

    def summary(self) -> dict[str, Any] | None:
        """Return what holds for all samples."""
        facts = [fact for group in self.masks.values() for fact in group]
        if not facts:
            return None
        saves = {}
        for key, group in sorted(self.masks.items()):
            saved = set.intersection(*(fact["saved"] for fact in group))
            answers = [fact["twice"] for fact in group if fact["twice"] is not None]
            if answers:
                saves[key] = [*sorted(saved), all(answers)]
        flags = itertools.zip_longest(*(f["differentiable"] for f in facts), fillvalue=False)
        return {
            "forms": self.forms,
            "saves": saves,
            "view": _agreed(fact["view"] for fact in facts if fact["view"]) or "no",
            "writes": sorted({name for fact in facts for name in fact["writes"]}),
            "outputs": _agreed(fact["outputs"] for fact in facts),
            "differentiable": [any(flag) for flag in flags],
            "kind": _agreed(fact["kind"] for fact in facts),
            "shape": self._shape([fact["shape"] for fact in facts]),
        }

    def _shape(self, facts: list[tuple[bool, bool, bool, bool]]) -> str | None:
        if any("reduction" in form for form in self.forms):
            return "loss"
        if all(same for same, *_ in facts):
            return "same"
        if all(together for _, together, *_ in facts):
            return "broadcast"
        if all(scalar for _, _, scalar, _ in facts):
            return "scalar"
        without = [scalar for _, _, scalar, dim in facts if not dim]
        return "reduce" if without and all(without) and len(without) < len(facts) else None


def _agreed(values: Iterable[Any]) -> Any:
    """Return the one value that all agree on; views that may be copies are ``maybe``."""
    distinct = set(values)
    if len(distinct) == 1:
        return distinct.pop()
    if distinct and distinct <= {"view", "self", "no"}:
        return "maybe"
    if "multi" in distinct:
        return "multi"
    return None


class _Sample:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.input, *rest = args
        self.args = tuple(rest)
        self.kwargs = kwargs


def _own_samples() -> Iterator[tuple[str, list[_Sample]]]:
    """Yield samples of methods that torch's own database leaves out."""
    x, y = torch.rand(2, 3, dtype=torch.float64), torch.rand(2, 3, dtype=torch.float64)
    row = torch.rand(1, 3, dtype=torch.float64)
    plain = [_Sample(x), _Sample(torch.rand(3, dtype=torch.float64))]
    for name in (
        "zero_", "normal_", "uniform_", "random_", "bernoulli_", "exponential_", "log_normal_",
        "cauchy_", "relu_", "t_", "squeeze_", "resolve_conj", "resolve_neg", "data_ptr", "det",
        "logdet", "pin_memory", "numpy", "is_contiguous", "abs_", "sigmoid_", "tanh_", "exp_",
    ):  # fmt: skip
        yield name, plain
    yield "fill_", [_Sample(x, 1.0)]
    yield "geometric_", [_Sample(x, 0.5)]
    yield "copy_", [_Sample(x, y), _Sample(x, row)]
    yield "unsqueeze_", [_Sample(x, 0)]
    yield "view_as", [_Sample(x, y)]
    yield "reshape_as", [_Sample(x, y)]
    yield "expand_as", [_Sample(row, x)]
    yield "transpose_", [_Sample(x, 0, 1)]
    yield "clip", [_Sample(x, 0.1, 0.9)]
    yield "clip_", [_Sample(x, 0.1, 0.9)]
    yield "clamp_", [_Sample(x, 0.1, 0.9)]
    yield "clamp_min_", [_Sample(x, 0.1)]
    yield "clamp_max_", [_Sample(x, 0.1)]


def _functions() -> dict[str, Any]:
    """Return the rows of all functions and methods."""
    from torch.testing._internal.common_methods_invocations import op_db

    rows: dict[str, _Row] = {}
    aliases: dict[str, str] = {}

    def row(key: str, forms: list[list[str]]) -> _Row:
        return rows.setdefault(key, _Row(forms))

    for op in op_db:
        if op.name.startswith(("_", "to_sparse", "sparse", "masked.", "ops.", "signal", "torch.")):
            continue
        dtype = torch.float64 if torch.float64 in op.dtypes else torch.float32
        if dtype not in op.dtypes:
            continue
        try:
            samples = [
                sample
                for sample in itertools.islice(op.sample_inputs("cpu", dtype), 60)
                if all(
                    0 < tensor.numel() < _MOST_ELEMENTS
                    for tensor in _tensors([sample.input, *sample.args, *sample.kwargs.values()])
                )
            ][:_MOST_SAMPLES]
        except Exception:  # noqa: BLE001, S112 - some need libraries that are not there
            continue
        function, base = op.get_op(), op.name.rpartition(".")[2]
        forms = _forms(function, op.name)
        row(f"function {op.name}", forms).measure(
            lambda a, k, f=function: f(*a, **k), samples, inplace=False
        )
        if any("inplace" in form for form in forms):
            row(f"inplace {op.name}", forms).measure(
                lambda a, k, f=function: f(*a, **{**k, "inplace": True}), samples, inplace=True
            )
        for alias in op.aliases:
            aliases[f"function {alias.name}"] = f"function {op.name}"
        for name, inplace in ((base, False), (f"{base}_", True)):
            if hasattr(Tensor, name) and f"method {name}" not in rows:
                row(f"method {name}", _forms(None, name) or forms).measure(
                    lambda a, k, n=name: getattr(a[0], n)(*a[1:], **k), samples, inplace
                )
    for name, samples in _own_samples():
        if f"method {name}" not in rows or rows[f"method {name}"].summary() is None:
            row(f"method {name}", _forms(None, name) or [["self"]]).measure(
                lambda a, k, n=name: getattr(a[0], n)(*a[1:], **k), samples, name.endswith("_")
            )
    table: dict[str, Any] = {}
    for key, measured in rows.items():
        summary = measured.summary()
        if summary is not None:
            table[key] = summary
    for alias, name in aliases.items():
        if alias not in table and name in table:
            table[alias] = name
    return table


def _modules() -> dict[str, Any]:
    """Return what modules save, given plain input and input that requires grad."""
    from torch.testing._internal.common_modules import module_db

    table: dict[str, Any] = {}
    for info in module_db:
        cls = info.module_cls
        if not cls.__module__.startswith("torch.nn.modules"):
            continue
        found: dict[str, list[Any]] = {}
        for training in (True, False):
            samples = info.module_inputs_func(
                info, device="cpu", dtype=torch.float64, requires_grad=False, training=training
            )
            for sample in samples:
                for needs in (False, True):
                    try:
                        fact = _measure_module(cls, sample, needs, training)
                    except Exception:  # noqa: BLE001, S112 - not every sample suits
                        continue
                    if fact is not None:
                        key = ("train" if training else "eval") + (" grad" if needs else "")
                        found.setdefault(key, []).append(fact)
        if not found:
            continue
        facts = [fact for group in found.values() for fact in group]
        signature = inspect.signature(cls.__init__)
        table[cls.__name__] = {
            "signature": [
                [name, _plain(parameter.default)]
                for name, parameter in signature.parameters.items()
                if name not in ("self", "device", "dtype")
            ],
            "parameters": sorted({name for fact in facts for name in fact["parameters"]}),
            "saves": {
                key: [
                    *sorted(set.intersection(*(fact["saved"] for fact in group))),
                    all(fact["twice"] for fact in group),
                ]
                for key, group in sorted(found.items())
            },
            "shape": _module_shape(cls, facts),
        }
    return table


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | None) else "?"


def _measure_module(cls: Any, sample: Any, needs: bool, training: bool) -> Any:
    if sample.constructor_input.kwargs.get("inplace"):
        return None
    made = sample.constructor_input
    module = cls(*made.args, **made.kwargs).double()
    module.train(training)
    given = sample.forward_input
    if given is None:
        return None
    args = [_fresh(arg, needs) for arg in given.args]
    packed: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        packed.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        results = _tensors(module(*args, **given.kwargs))
    if not any(result.requires_grad for result in results):
        return None
    names = {_memory(result): "result" for result in results[:1]}
    for index, arg in enumerate(args):
        for tensor in _tensors(arg):
            names[_memory(tensor)] = f"input{index}"
    parameters = dict(module.named_parameters())
    names.update({_memory(tensor): name for name, tensor in parameters.items()})
    names.pop(0, None)
    outputs = [result for result in _tensors(module(*args, **given.kwargs)) if result.requires_grad]
    ones = [torch.ones_like(output) for output in outputs]
    torch.autograd.backward(outputs, ones)
    twice = False
    try:
        torch.autograd.backward(outputs, ones)
    except RuntimeError:
        twice = True
    first = _tensors(args)[0]
    return {
        "saved": {names.get(_memory(tensor), "") for tensor in packed if tensor.numel()} - {""},
        "twice": twice,
        "parameters": [name for name in parameters if "." not in name],
        "same": results[0].shape == first.shape,
        "scalar": results[0].shape == (),
    }


def _module_shape(cls: Any, facts: list[Any]) -> str | None:
    if "reduction" in inspect.signature(cls.__init__).parameters:
        return "loss"
    if all(fact["same"] for fact in facts):
        return "same"
    return "scalar" if all(fact["scalar"] for fact in facts) else None


def _layouts(table: dict[str, Any]) -> None:
    """Note which writes expanded memory takes: those that give all elements one value."""
    for key, row in table.items():
        name = key.removeprefix("method ")
        if not isinstance(row, dict) or key == name or not name.endswith("_"):
            continue
        expanded = torch.rand(1, 3, dtype=torch.float64).expand(2, 3)
        other = torch.rand(2, 3, dtype=torch.float64)
        for args in ((), (other,), (0.5,), (other > 0.5, 0.5)):
            try:
                getattr(expanded, name)(*args)
            except RuntimeError as error:
                if "single memory location" in str(error):
                    break
            except (TypeError, ValueError, IndexError, NotImplementedError):
                continue
            else:
                row["expanded"] = True
                break


def _factories() -> list[str]:
    """Return the functions that make a leaf which may require grad."""
    found = []
    for name in dir(torch):
        for args in ((2, 3), (torch.rand(2, 3),), (3,), ([1.0],), ((2,), 1.0), (0, 1, 3)):
            try:
                made = getattr(torch, name)(*args, requires_grad=True)
            except Exception:  # noqa: BLE001, S112 - most names are no factories
                continue
            if isinstance(made, Tensor) and made.requires_grad and made.is_leaf:
                found.append(name)
                break
    return found


def _classes(module: Any, base: type) -> list[str]:
    return sorted(
        name
        for name in dir(module)
        if isinstance(getattr(module, name), type) and issubclass(getattr(module, name), base)
    )


def generate() -> str:
    """Return the table as text, one row a line."""
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    functions = _functions()
    _layouts(functions)
    sections = {
        "functions": functions,
        "modules": _modules(),
        "factories": {name: 1 for name in _factories()},
        "optimizers": {n: 1 for n in _classes(torch.optim, torch.optim.Optimizer)},
        "module classes": {n: 1 for n in _classes(torch.nn, torch.nn.Module)},
        "names": {
            space: sorted(n for n in dir(module) if not n.startswith("_"))
            for space, module in (
                ("torch", torch),
                ("torch.nn", torch.nn),
                ("torch.nn.functional", torch.nn.functional),
                ("torch.optim", torch.optim),
                ("torch.Tensor", Tensor),
            )
        },
    }
    lines = ["{", f'"torch": "{torch.__version__.partition("+")[0]}"']
    for section, rows in sections.items():
        lines[-1] += ","
        lines.append(f'"{section}": {{')
        lines += [
            f"{json.dumps(key)}: {json.dumps(row, separators=(',', ':'))},"
            for key, row in sorted(rows.items())
        ]
        lines[-1] = lines[-1].rstrip(",")
        lines.append("}")
    return "\n".join([*lines, "}"]) + "\n"


def main() -> int:
    """Write the table, or with ``--check`` compare it; 1 if it is out of date."""
    text = generate()
    if "--check" in sys.argv[1:]:
        return int(TABLE.read_text(encoding="utf-8") != text)
    TABLE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
