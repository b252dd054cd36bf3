"""Calls: of functions, methods, classes, of what torch provides, and of what was not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from autograd_lint.autograd.events import OptimizerStep
from autograd_lint.autograd.provenance import Cut
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import classes, iteration
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    ClassMethod,
    DictValue,
    Foreign,
    Function,
    Generator,
    GradMode,
    Instance,
    ListValue,
    Method,
    Native,
    Partial,
    SetValue,
    StaticMethod,
    Super,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree


def evaluate_call(machine: Machine, node: tree.Call, scope: Scope) -> Value:
    """Evaluate a call: the function, the arguments from left to right, then the call itself."""
    if isinstance(node.func, tree.Name) and node.func.id == "super" and scope.find("super") is None:
        return _super(machine, node, scope)
    function = machine.evaluate(node.func, scope)
    args, kwargs, is_open = evaluate_arguments(machine, node.args, scope)
    machine.pos = node.pos
    machine.paths.step()
    if isinstance(function, Native) and function.name in ("locals", "vars", "globals"):
        within = scope.module if function.name == "globals" else scope
        return machine.dict(within.names, is_open=True)
    if isinstance(node.func, tree.Attribute) and node.func.attr == "forward":
        _note_forward(machine, function, scope)
    result = call(machine, function, args, kwargs, is_open=is_open)
    machine.pos = node.pos
    return result


def _note_forward(machine: Machine, function: Value, scope: Scope) -> None:
    """Note that a module's `forward` is called past its hooks."""
    from autograd_lint.interpreter.library import modules

    receiver = function.receiver if isinstance(function, Bound | Native) else None
    if not isinstance(receiver, Instance) or receiver is scope.receiver:
        return
    if modules.is_module(receiver) and modules.has_hooks(receiver):
        machine.autograd.remark("forward called")


def evaluate_arguments(
    machine: Machine, arguments: Iterable[tree.Argument], scope: Scope
) -> tuple[list[Value], dict[str, Value], bool]:
    """Return positional and keyword arguments, and whether there may be others."""
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    is_open = False
    for argument in arguments:
        value = machine.evaluate(argument.value, scope)
        if argument.stars == 1:
            items, unsure = iteration.collect(machine, value)
            args.extend(items)
            is_open = is_open or unsure
        elif argument.stars == 2:
            if isinstance(value, Instance) and isinstance(value.payload, DictValue):
                value = value.payload
            if isinstance(value, DictValue):
                kwargs.update({k: v for k, v in value.items.items() if isinstance(k, str)})
            is_open = is_open or not isinstance(value, DictValue) or value.open
        elif argument.keyword is not None:
            kwargs[argument.keyword] = value
        else:
            args.append(value)
    return args, kwargs, is_open


def _super(machine: Machine, node: tree.Call, scope: Scope) -> Value:
    args, _, _ = evaluate_arguments(machine, node.args, scope)
    if len(args) == 2 and isinstance(args[0], Class):
        return Super(args[0], args[1])
    within: Scope | None = scope
    while within is not None:
        function = within.function
        if function is not None and function.owner is not None and within.receiver is not None:
            return Super(function.owner, within.receiver)
        within = within.outer
    return machine.unknown()


def call(
    machine: Machine,
    function: Value,
    args: list[Value],
    kwargs: dict[str, Value],
    *,
    is_open: bool = False,
) -> Value:
    """Call a value; `is_open` if there may be further arguments that are not known."""
    if isinstance(function, Function):
        return call_function(machine, function, args, kwargs, is_open=is_open)
    if isinstance(function, Bound):
        return call(machine, function.function, [function.receiver, *args], kwargs, is_open=is_open)
    if isinstance(function, Class):
        return classes.instantiate(machine, function, args, kwargs, is_open=is_open)
    if isinstance(function, Torch):
        from autograd_lint.interpreter.library import torch

        return torch.call(machine, function, args, kwargs)
    if isinstance(function, Foreign):
        from autograd_lint.interpreter.library import foreign

        return foreign.call(machine, function, args, kwargs)
    if isinstance(function, Native):
        return function.run(machine, args, kwargs)
    if isinstance(function, Method):
        from autograd_lint.interpreter.library import methods

        return methods.call(machine, function, args, kwargs)
    if isinstance(function, Partial):
        return call(
            machine, function.function, [*function.args, *args], {**function.kwargs, **kwargs}
        )
    if isinstance(function, StaticMethod | ClassMethod):
        return call(machine, function.function, args, kwargs)
    if isinstance(function, GradMode):
        from autograd_lint.interpreter.library import grad_mode

        return grad_mode.call(machine, function, args, kwargs)
    if isinstance(function, Instance):
        from autograd_lint.interpreter.library import objects

        return objects.call_instance(machine, function, args, kwargs)
    return call_unknown(machine, function, args, kwargs)


def make_function(machine: Machine, node: tree.Function, scope: Scope) -> Function:
    """Make the function that a `def` or lambda defines; its defaults are evaluated now."""
    defaults = {
        parameter.name: machine.evaluate(parameter.default, scope)
        for parameter in node.params
        if parameter.default is not None
    }
    return Function(machine.epoch, node, scope, defaults)


def call_function(
    machine: Machine,
    function: Function,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    *,
    is_open: bool = False,
) -> Value:
    """Execute the body of a function with these arguments."""
    if not machine.may_enter(function):
        return call_unknown(machine, function, list(args), dict(kwargs))
    node = function.node
    body = node.body
    scope = Scope(machine.epoch, "function", function.scope.source, function.scope, function)
    _bind_parameters(machine, function, scope, args, kwargs, is_open=is_open)
    if args and function.owner is not None:
        scope.receiver = args[0]
    if node.is_generator:

        def start(consume: Callable[[Value], Value]) -> None:
            with _entered(machine, function, scope):
                machine.yield_to = consume
                machine.execute(body, scope)

        return Generator(machine.epoch, start)
    with _entered(machine, function, scope):
        position = len(machine.autograd.log)
        signal = machine.execute(body, scope)
    if node.name == "step" and function.owner is not None:
        _note_own_step(machine, scope.receiver, position)
    return signal.value if signal is not None else None


def _note_own_step(machine: Machine, receiver: Value, position: int) -> None:
    """What an optimizer of the program's own does in its `step` is a step."""
    optimizer = machine.optimizer(receiver)
    if optimizer is None:
        return
    done = machine.autograd.log[position:]
    if not any(isinstance(e, OptimizerStep) and e.optimizer is optimizer for e in done):
        machine.autograd.step(optimizer, closure=True)


@contextmanager
def _entered(machine: Machine, function: Function, scope: Scope) -> Iterator[None]:
    """Within this, the body of a function is executed, in the grad mode that it is to run in."""
    from autograd_lint.interpreter.library import grad_mode

    with machine.enter(function, scope):
        if function.mode is None:
            yield
        else:
            with grad_mode.entered(machine, function.mode):
                yield


def _bind_parameters(
    machine: Machine,
    function: Function,
    scope: Scope,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    *,
    is_open: bool,
) -> None:
    names = scope.names
    rest = dict(kwargs)
    position = 0
    for parameter in function.node.params:
        name = parameter.name
        if parameter.kind == "star":
            names[name] = (
                machine.list(args[position:], is_open=True) if is_open else tuple(args[position:])
            )
            position = len(args)
        elif parameter.kind == "double":
            names[name] = machine.dict(rest, is_open=is_open)
        elif parameter.kind != "keyword" and position < len(args):
            names[name] = args[position]
            position += 1
            rest.pop(name, None)
        elif name in rest and parameter.kind != "positional":
            names[name] = rest.pop(name)
        elif name in function.defaults and not is_open:
            names[name] = function.defaults[name]
        else:
            names[name] = machine.unknown("argument")


def call_unknown(
    machine: Machine, function: Value, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Call what was not seen: it may return anything, and do anything to what it is handed."""
    from autograd_lint.interpreter.library import unseen

    handed = [*args, *kwargs.values()]
    for value in handed:
        taint(machine, value)
        _let_escape(machine, value)
    deps = tensors_in(handed)
    machine.autograd.hand_over(deps)
    weights: list[Tensor] = []
    if isinstance(function, Unknown):
        weights = unseen.parameters_behind(machine, function) if handed else []
        deps += [*function.deps, *weights]
        if function.hint in Unknown.PLAIN and not deps:
            return machine.number(cuts_in([function, *handed]))
    # Whatever is then asked of it has the graph of this call in common.
    of_result = isinstance(function, Unknown) and bool(function.deps)
    if not of_result and deps and machine.autograd.any_requires_grad(deps) is not False:
        deps = [machine.opaque_tensor(deps, weights)]
    made = machine.unknown(deps=deps)
    if isinstance(function, Unknown) and function.hint == "module":
        made.hint = "output"
    made.cuts = cuts_in([function, *handed])
    return made


def cuts_in(values: Iterable[Value], depth: int = 3) -> frozenset[Cut]:
    """Return where what values come from was cut from its graph, as far as no tensor tells."""
    found: frozenset[Cut] = frozenset()
    for value in values:
        if isinstance(value, Unknown):
            found |= value.cuts
        elif depth and isinstance(value, tuple | ListValue | SetValue | DictValue):
            items = value if isinstance(value, tuple) else value.items
            inner = list(items.values()) if isinstance(items, dict) else items
            found |= cuts_in(inner, depth - 1)
    return found


def taint(
    machine: Machine, value: Value, depth: int = 0, seen: dict[int, int] | None = None
) -> None:
    """Note that unseen code has had its hands on an optimizer or a module.

    What was `seen` (by identity) at the same depth or above is not gone through again: modules may
    hold each other.
    """
    seen = {} if seen is None else seen
    if seen.get(id(value), depth + 1) <= depth:
        return
    seen[id(value)] = depth
    if isinstance(value, Instance):
        if value.tainted_by is None:
            machine.journal.touch(value)
            value.tainted_by = machine.now()
        optimizer = value.optimizer
        if optimizer is not None:
            taint_optimizer(machine, optimizer)
        elif depth < 3:
            from autograd_lint.interpreter.library import modules

            for leaf in modules.parameters(machine, value):
                taint_leaf(machine, leaf)
            for attribute in list(value.attrs.values()):
                if isinstance(attribute, Instance | Unknown | ListValue | DictValue):
                    taint(machine, attribute, depth + 1, seen)
    elif isinstance(value, Unknown):
        if value.optimizer is not None:
            taint_optimizer(machine, value.optimizer)
        if value.params is not None:
            taint_leaf(machine, value.params)
    elif isinstance(value, ListValue | SetValue | tuple | DictValue) and depth < 3:
        items = value if isinstance(value, tuple) else value.items
        for item in list(items.values()) if isinstance(items, dict) else items:
            taint(machine, item, depth + 1, seen)
    elif isinstance(value, Bound | Method | Native):
        receiver = value.receiver
        if isinstance(receiver, Instance | Unknown):
            taint(machine, receiver, depth + 1, seen)


def taint_optimizer(machine: Machine, optimizer: Value) -> None:
    """Note that unseen code may have stepped an optimizer, or zeroed its gradients."""
    machine.journal.touch(optimizer)
    optimizer.tainted_by = machine.now()
    for leaf in optimizer.params:
        taint_leaf(machine, leaf)


def taint_leaf(machine: Machine, leaf: Tensor) -> None:
    """Note that unseen code may have changed a gradient."""
    gradient = machine.autograd.gradient(leaf)
    machine.journal.touch(gradient)
    gradient.tainted_by = machine.now()


def _let_escape(machine: Machine, value: Value) -> None:
    """A function of the program handed to unseen code may be called there."""
    if isinstance(value, Function):
        machine.escaped.append(value)
    elif isinstance(value, Bound) and isinstance(value.function, Function):
        machine.escaped.append(value.function)


def tensors_in(values: Iterable[Value], depth: int = 3) -> list[Tensor]:
    """Return the tensors among values, and in the containers among them."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, Unknown):
            found.extend([value.tensor] if value.tensor is not None else value.deps)
        elif depth and isinstance(value, tuple | ListValue | SetValue | DictValue):
            items = value if isinstance(value, tuple) else value.items
            inner = list(items.values()) if isinstance(items, dict) else items
            found.extend(tensors_in(inner, depth - 1))
    return list(dict.fromkeys(found))
