"""torch by name: what a function, class or module of torch's does when it is read or called."""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd_lint.autograd import operators
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import calls, iteration
from autograd_lint.interpreter.library import (
    contexts,
    data,
    dispatch,
    distributions,
    factories,
    grad_mode,
    modules,
    optimizers,
    tensors,
)
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    Function,
    GradMode,
    Instance,
    Method,
    Native,
    Partial,
    Torch,
    Unknown,
    Value,
)

Run = Callable[[Machine, list[Value], dict[str, Value]], Value]

_FUNCTIONS: dict[str, Run] = {}
_CONSTANTS: dict[str, Value] = {
    "torch.pi": math.pi, "torch.e": math.e, "torch.inf": math.inf, "torch.nan": math.nan,
    "torch.newaxis": None,
}  # fmt: skip
_MOVED = {
    "torch.nn.parameter.Parameter": "torch.nn.Parameter",
    "torch.nn.parameter.Buffer": "torch.nn.Buffer",
    "torch.autograd.function.Function": "torch.autograd.Function",
    "torch.autograd.variable.Variable": "torch.autograd.Variable",
    "torch.optim.optimizer.Optimizer": "torch.optim.Optimizer",
    "torch.autograd.grad_mode.no_grad": "torch.no_grad",
    "torch.autograd.grad_mode.enable_grad": "torch.enable_grad",
    "torch.autograd.grad_mode.inference_mode": "torch.inference_mode",
    "torch.autograd.grad_mode.set_grad_enabled": "torch.set_grad_enabled",
}
"""Names by which torch also hands out what has another, shorter one."""


def function(*names: str) -> Callable[[Run], Run]:
    """Register what stands behind these full names."""

    def register(run: Run) -> Run:
        for name in names:
            _FUNCTIONS[name] = run
        return run

    return register


def attribute(machine: Machine, value: Torch, name: str) -> Value:
    """Read an attribute of a module or class of torch's."""
    full = f"{value.name}.{name}"
    if full in _CONSTANTS:
        return _CONSTANTS[full]
    if full in _MOVED:
        return Torch(_MOVED[full])
    if full.startswith("torch.nn.modules.") and operators.is_module_class(name):
        return Torch(f"torch.nn.{name}")
    if full.startswith("torch.optim.") and operators.is_optimizer_class(name):
        return Torch(f"torch.optim.{name}")
    if name == "__name__":
        return value.name.rpartition(".")[2]
    return Torch(full)


def call(machine: Machine, called: Torch, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a function of torch's, or make an object of a class of torch's."""
    name = called.name
    run = _FUNCTIONS.get(name)
    if run is not None:
        return run(machine, args, kwargs)
    if name in grad_mode.KINDS:
        return grad_mode.make(machine, grad_mode.KINDS[name], args, kwargs)
    if factories.is_factory(name):
        return factories.make(machine, name, args, kwargs)
    if modules.is_module_class(called):
        return modules.make(machine, called, args, kwargs)
    if optimizers.is_optimizer_class(called):
        return _object(machine, called, args, kwargs)
    if name in optimizers.COMPANIONS or name.startswith("torch.optim.lr_scheduler."):
        return optimizers.make_companion(machine, called, args, kwargs)
    if distributions.is_distribution(called):
        return distributions.make(machine, called, args, kwargs)
    if name.startswith("torch.nn.init."):
        return _initialize(machine, name, args, kwargs)
    if name.startswith("torch.Tensor."):
        return _unbound(machine, name.removeprefix("torch.Tensor."), args, kwargs)
    if data.is_data_class(called):
        return data.make(machine, called, args, kwargs)
    if name.startswith("torch._foreach_"):
        return _for_each(machine, name.removeprefix("torch._foreach_"), args, kwargs)
    return _operator(machine, name, args, kwargs)


def _for_each(machine: Machine, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply a method to each of several tensors: `torch._foreach_mul_(tensors, 2.0)`."""
    if not args:
        return machine.unknown()
    columns = [_column(machine, arg) for arg in args]
    results: list[Value] = []
    for position, item in enumerate(columns[0] or ()):
        tensor = machine.tensor(item)
        rest = [
            arg if column is None else column[min(position, len(column) - 1)]
            for arg, column in zip(args[1:], columns[1:], strict=True)
        ]
        if tensor is not None:
            made = tensors.call_method(machine, tensor, name, rest, kwargs)
            if isinstance(made, Tensor) and made.grad_fn is not None:
                made.grad_fn.twice = bool(made.grad_fn.saved)  # numbers do not count here
            results.append(made)
    return None if name.endswith("_") else machine.list(results)


def _column(machine: Machine, value: Value) -> list[Value] | None:
    """Return the items of a list, `None` for a number or a tensor that goes with all of them."""
    if isinstance(value, int | float | Tensor | Unknown) or value is None:
        return None
    items, _ = iteration.collect(machine, value)
    return items or None


def _object(machine: Machine, cls: Torch, args: list[Value], kwargs: dict[str, Value]) -> Instance:
    made = machine.native(cls)
    optimizers.initialize(machine, made, cls, args, kwargs)
    return made


def _operator(machine: Machine, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply an operator of the table; a function that it has not cannot zero or step either."""
    short = name.rpartition(".")[2]
    operator = operators.function(name)
    if kwargs.get("inplace") is True:
        operator = operators.inplace(name) or operator
        return _apply(machine, operator, f"{short}(inplace=True)", args, kwargs)
    if operator is None and name in (f"torch.{short}", f"torch.nn.functional.{short}"):
        special = args[0] if args else None
        if isinstance(special, Tensor) and tensors.is_attribute(short):
            return tensors.call_method(machine, special, short, args[1:], kwargs)
    return _apply(machine, operator, short, args, kwargs)


def _apply(
    machine: Machine,
    operator: operators.Operator | None,
    label: str,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    if operator is None:
        return machine.unknown(deps=calls.tensors_in([*args, *kwargs.values()]))
    return dispatch.apply(machine, operator, label, args, kwargs)


def _unbound(machine: Machine, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a method of tensors through the class: `torch.Tensor.add(x, y)`."""
    tensor = machine.tensor(args[0]) if args else None
    if tensor is None:
        return machine.unknown()
    return tensors.call_method(machine, tensor, name, args[1:], kwargs)


def _initialize(machine: Machine, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Fill a tensor by `torch.nn.init`, which does so under `no_grad`."""
    target = args[0] if args else kwargs.get("tensor")
    if not isinstance(target, Tensor) or not name.endswith("_"):
        return target if isinstance(target, Tensor | Unknown) else machine.unknown("number")
    before = machine.autograd.grad_enabled
    machine.autograd.grad_enabled = False
    try:
        machine.autograd.write(target, name.rpartition(".")[2], overwrites=True, keeps_layout=False)
    finally:
        machine.autograd.grad_enabled = before
    return target


# Gradients

function("torch.autograd.grad")(dispatch.grad)
function("torch.autograd.backward")(dispatch.backward_of_several)


@function("torch.is_grad_enabled")
def _is_grad_enabled(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    enabled = machine.autograd.grad_enabled
    return machine.unknown("condition") if enabled is None else enabled


@function("torch.is_inference_mode_enabled")
def _is_inference(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.autograd.inference


@function("torch.is_tensor")
def _is_tensor(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter.library import python

    return machine.call(python.NAMES["isinstance"], [*args, Torch("torch.Tensor")], {})


@function("torch.autograd.Variable")
def _variable(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`Variable(t)`: the same memory, without the graph; its `volatile` is no more."""
    given = args[0] if args else kwargs.get("data")
    wanted = kwargs.get("requires_grad", args[1] if len(args) > 1 else False)
    if isinstance(given, Unknown) and given.tensor is None and wanted is False:
        return given
    tensor = machine.tensor(given)
    if tensor is None:
        return machine.unknown()
    made = machine.autograd.detach(tensor)
    made.requires_grad_flag = wanted if isinstance(wanted, bool) else None
    _note_kind(machine, tensor, wanted)
    return made


def _note_kind(machine: Machine, tensor: Tensor | None, wanted: Value) -> None:
    """Only tensors of floating point or complex numbers can require gradients."""
    if tensor is not None and wanted is True and tensor.dtype in ("int", "bool"):
        machine.autograd.remark("nonfloat", since=machine.now(), tensor=tensor)


@function("torch.nn.Parameter")
def _parameter(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = args[0] if args else kwargs.get("data")
    wanted = kwargs.get("requires_grad", args[1] if len(args) > 1 else True)
    tensor = machine.tensor(given)
    _note_kind(machine, tensor, wanted)
    return modules.as_parameter(machine, tensor, wanted)


@function("torch.distributions.kl_divergence", "torch.distributions.kl.kl_divergence")
def _kl_divergence(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    parameters = [
        tensor
        for value in [*args, *kwargs.values()]
        if isinstance(value, Instance) and isinstance(value.payload, tuple)
        for tensor in calls.tensors_in([value.payload])
    ]
    parameters += calls.tensors_in([*args, *kwargs.values()])
    if not parameters:
        return machine.unknown()
    return machine.autograd.record("kl_divergence", parameters, dtype="float")


@function("torch.nn.Buffer")
def _buffer(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = args[0] if args else kwargs.get("data")
    return given if given is not None else machine.unknown()


_CALLABLE = Function | Bound | Instance | Native | Partial | Torch | Method


def _differentiating(*, pair: bool) -> Run:
    """Return what differentiates a function at leaves of its own, and gives one tensor or a pair.

    A graph is kept only where one is asked for.
    """

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = dict(zip(("func", "inputs"), args, strict=False)) | kwargs
        called, at = given.get("func"), given.get("inputs")
        everything = calls.tensors_in([*args, *kwargs.values()])
        if not isinstance(called, _CALLABLE) or not isinstance(at, Tensor):
            return machine.unknown(deps=everything)
        if given.get("create_graph", False) is not False:
            return machine.unknown(
                deps=[*everything, *calls.tensors_in([machine.call(called, [at], {})])]
            )
        leaf = machine.autograd.leaf(requires_grad=True, dtype=at.dtype, shape=at.shape)
        with grad_mode.entered(machine, GradMode("enable_grad")):
            result = machine.call(called, [leaf], {})
        if not isinstance(result, Tensor):
            return machine.unknown("number")
        made = machine.autograd.leaf(dtype="float")
        return (machine.autograd.leaf(dtype="float", shape=result.shape), made) if pair else made

    return run


function(
    *(f"torch.autograd.functional.{name}" for name in ("jacobian", "hessian"))
)(_differentiating(pair=False))  # fmt: skip
function(
    *(f"torch.autograd.functional.{name}" for name in ("vjp", "jvp", "hvp", "vhp"))
)(_differentiating(pair=True))  # fmt: skip


@function("torch.utils.checkpoint.checkpoint_sequential")
def _checkpoint_sequential(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Run the layers of a `Sequential`, in segments whose graphs are not kept."""
    return _checkpoint(machine, [*args[:1], *args[2:]], kwargs)


@function("torch.utils.checkpoint.checkpoint")
def _checkpoint(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Run a function whose graph is not kept but computed again when backward comes to it."""
    if not args:
        return machine.unknown()
    called, *rest = args
    options = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug",
               "segments", "input")  # fmt: skip
    inner = {name: value for name, value in kwargs.items() if name not in options}
    if not isinstance(called, _CALLABLE):
        return machine.unknown(deps=calls.tensors_in([*args, *kwargs.values()]))
    if "input" in kwargs:
        rest = [*rest, kwargs["input"]]
    given = calls.tensors_in([*rest, *inner.values()])
    with contexts.checking_only(machine, ()):
        result = machine.call(called, rest, inner)
    reentrant = kwargs.get("use_reentrant")
    if reentrant is False:
        for tensor in calls.tensors_in([result]):
            machine.autograd.save_for_recomputing(tensor, given)
        return result
    needs = [machine.autograd.requires_grad(tensor) for tensor in given]
    if reentrant is True and set(needs) == {False}:
        return _without_gradients(machine, result)
    return _recomputed(machine, result, given if reentrant is True else [])


def _without_gradients(machine: Machine, value: Value) -> Value:
    """Return the result of a reentrant checkpoint of whose inputs none requires grad: nor does it."""
    if isinstance(value, tuple):
        return tuple(_without_gradients(machine, part) for part in value)
    if not isinstance(value, Tensor) or not machine.autograd.requires_grad(value):
        return value
    machine.autograd.remark("reentrant")
    return machine.autograd.record(
        "checkpoint", [], operands=[value], dtype=value.dtype, shape=value.shape
    )


def _recomputed(machine: Machine, value: Value, saved: list[Tensor]) -> Value:
    """Return a result of one node, which saves the inputs and leads to all leaves behind it.

    Where they are not known to be saved, it is only known which leaves it depends on.
    """
    if isinstance(value, tuple):
        return tuple(_recomputed(machine, part, saved) for part in value)
    if not isinstance(value, Tensor) or value.grad_fn is None:
        return value
    leaves = machine.autograd.leaves_behind([value])
    made = machine.autograd.record(
        "checkpoint", [*saved, *leaves], [("input", tensor) for tensor in saved],
        shape=value.shape, dtype=value.dtype, twice=bool(saved), opaque=not saved,
    )  # fmt: skip
    made.opaque = False
    return made


@function("torch.meshgrid")
def _meshgrid(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return views that are expanded along each other's dimensions."""
    given = args
    if len(args) == 1 and not isinstance(args[0], Tensor | Unknown):
        given, _ = iteration.collect(machine, args[0])
    axes = [machine.tensor(value) for value in given]
    sizes = [axis.shape[0] if axis is not None and axis.shape else None for axis in axes]
    shape = tuple(reversed(sizes)) if kwargs.get("indexing") == "xy" else tuple(sizes)
    expanded: bool | None = True if all(sizes) else None
    return tuple(
        machine.autograd.view(
            "meshgrid", axis, shape=shape, overlapping=expanded if len(axes) > 1 else False
        )
        for axis in axes
        if axis is not None
    )


@function(
    "torch.autograd.graph.saved_tensors_hooks", "torch.autograd.graph.save_on_cpu",
    "torch.autograd.graph.allow_mutation_on_saved_tensors",
)  # fmt: skip
def _saved_tensors_hooks(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.native(contexts.PACKING)


@function("torch.nn.functional.embedding_bag")
def _embedding_bag(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply it; its first two arguments may stand in their old order, which torch puts right."""
    match args:
        case [Tensor() as first, Tensor(dtype="int") as second, *rest] if first.dtype != "int":
            args = [second, first, *rest]
    return _operator(machine, "torch.nn.functional.embedding_bag", args, kwargs)


# What stands for its argument


@function(
    "torch.compile", "torch.jit.script", "torch.jit.trace", "torch.jit.ignore", "torch.jit.export",
    "torch.jit.unused", "torch.jit.script_if_tracing", "torch.fx.wrap", "torch.compiler.disable",
    "torch.fx.symbolic_trace", "torch._dynamo.disable", "torch.jit.optimize_for_inference",
    "torch.autograd.function.once_differentiable", "torch.jit.interface",
    "torch.nn.utils.parametrizations.spectral_norm",
    "torch.nn.utils.parametrizations.weight_norm",
    "torch.nn.utils.parametrizations.orthogonal", "torch.overrides.wrap_torch_function",
    "torch.cuda.amp.custom_fwd", "torch.cuda.amp.custom_bwd", "torch.amp.custom_fwd",
    "torch.amp.custom_bwd",
)  # fmt: skip
def _first(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what is given, or a decorator that does so."""
    callables = Function | Bound | Class | Instance | Native | Partial | Unknown | Torch
    if args and isinstance(args[0], callables):
        return args[0]
    return Native("decorator", lambda machine, inner, _: inner[0] if inner else machine.unknown())


def _normalizing(*, at_once: bool) -> Run:
    """Return what lets a weight be computed anew before each call, and perhaps a first time at once."""

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        module = args[0] if args else kwargs.get("module")
        if isinstance(module, Instance):
            compute = modules.compute_before_forward(machine, module)
            if at_once:
                compute(machine)
        return module

    return run


function("torch.nn.utils.spectral_norm")(_normalizing(at_once=False))
function("torch.nn.utils.weight_norm")(_normalizing(at_once=True))


@function("torch.Size")
def _size(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return ()
    items, unsure = iteration.collect(machine, args[0])
    return machine.unknown("shape") if unsure else tuple(items)


@function("torch.device")
def _device(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown("device")


@function("torch.cuda.is_available", "torch.backends.mps.is_available", "torch.xpu.is_available")
def _accelerator(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    condition = machine.unknown("condition")
    condition.prefers = False
    return condition


@function(
    "torch.manual_seed", "torch.seed", "torch.initial_seed", "torch.set_printoptions",
    "torch.set_default_dtype", "torch.set_default_device", "torch.set_default_tensor_type",
    "torch.use_deterministic_algorithms", "torch.set_num_threads", "torch.save",
    "torch.cuda.empty_cache", "torch.cuda.synchronize", "torch.cuda.manual_seed",
    "torch.cuda.manual_seed_all", "torch.set_float32_matmul_precision",
    "torch.autograd.set_detect_anomaly",
)  # fmt: skip
def _inert(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@function(
    "torch.nn.init.calculate_gain", "torch.nn.init._calculate_correct_fan",
    "torch.nn.init._calculate_fan_in_and_fan_out",
)  # fmt: skip
def _scale_of_initialization(
    machine: Machine, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return machine.unknown("number")


@function("torch.broadcast_tensors")
def _expanded_each(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what is given, each tensor expanded by itself."""
    given: list[Value] = list(args)
    if len(args) == 1 and not isinstance(args[0], Tensor):
        given, unsure = iteration.collect(machine, args[0])
        if unsure:
            return machine.unknown(deps=calls.tensors_in(given))
    inputs = [machine.tensor(value) for value in given]
    return tuple(
        None if tensor is None else machine.method(tensor, "expand", machine.unknown("shape"))
        for tensor in inputs
    )


@function("torch.numel")
def _numel(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown("number")


@function(
    "torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_value_",
    "torch.nn.utils.clip_grad_norm", "torch.nn.utils.clip_grads_with_norm_",
)  # fmt: skip
def _clip(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Scale gradients: they stay what they are, another backward's."""
    limit = args[1] if len(args) > 1 else kwargs.get("max_norm", kwargs.get("clip_value"))
    scaled_too = isinstance(limit, Unknown) and limit.hint == "scale"
    if limit != math.inf and not scaled_too:  # infinity only measures them
        leaves, _ = optimizers.held(machine, args[0] if args else kwargs.get("parameters"))
        machine.autograd.clip(leaves)
    return machine.autograd.leaf(dtype="float", shape=())


# torch.func


@function(
    "torch.func.grad", "torch.func.grad_and_value", "torch.func.vmap", "torch.vmap",
    "torch.func.jacrev", "torch.func.jacfwd", "torch.func.hessian", "torch.func.functionalize",
    "torch.func.linearize",
)  # fmt: skip
def _functional(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A transform of a function: what it computes is not followed."""
    return Native(
        "transformed",
        lambda machine, inner, named: machine.unknown(
            deps=calls.tensors_in([*inner, *named.values()])
        ),
    )


@function("torch.func.functional_call", "torch.nn.utils.stateless.functional_call")
def _functional_call(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown(deps=calls.tensors_in([*args, *kwargs.values()]))
