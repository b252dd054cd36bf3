"""Modules: `torch.nn`'s own, and what `nn.Module` gives to those of the program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from autograd_lint.autograd import operators, shapes
from autograd_lint.autograd.engine import RESULT, Spread
from autograd_lint.autograd.events import ModeChange, ParametersReplaced
from autograd_lint.autograd.provenance import NOTHING
from autograd_lint.autograd.tensor import Shape, Tensor, ViewKind
from autograd_lint.interpreter import attributes, calls, iteration
from autograd_lint.interpreter.library import dispatch
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    DictValue,
    Function,
    Instance,
    ListValue,
    Native,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.interpreter.values import Iterator as IteratorValue

_CONTAINERS = ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict")
_SERIES = ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ParameterList")
_MAPPINGS = ("torch.nn.ModuleDict", "torch.nn.ParameterDict")


def is_module_class(cls: Torch) -> bool:
    """Whether a class of torch's is a module."""
    space, _, name = cls.name.rpartition(".")
    return space.startswith("torch.nn") and operators.is_module_class(name)


def is_module(value: Value) -> bool:
    """Whether a value is known to be a module."""
    return isinstance(value, Instance) and any(
        is_module_class(base) for base in attributes.torch_bases(value.cls)
    )


def _short(base: Torch) -> str:
    return base.name.rpartition(".")[2]


def _container(value: Instance) -> str | None:
    """Return which of torch's containers a module is."""
    for base in attributes.torch_bases(value.cls):
        name = f"torch.nn.{_short(base)}"
        if name in _SERIES or name in _MAPPINGS:
            return name
    return None


# Construction


def make(machine: Machine, cls: Torch, args: list[Value], kwargs: dict[str, Value]) -> Instance:
    """Make a module of one of torch's classes."""
    made = machine.native(cls)
    made.attrs["training"] = True
    initialize(machine, made, cls, args, kwargs)
    return made


def initialize(
    machine: Machine, value: Instance, base: Torch, args: list[Value], kwargs: dict[str, Value]
) -> None:
    """Execute the `__init__` of one of torch's module classes."""
    name = f"torch.nn.{_short(base)}"
    if name in _SERIES:
        _fill_series(machine, value, name, args)
        return
    if name in _MAPPINGS:
        if args and isinstance(args[0], DictValue):
            for key, item in args[0].items.items():
                value.attrs[str(key)] = item
        return
    known = operators.module(_short(base).removeprefix("Lazy"))
    if known is not None and _short(base).startswith("Lazy"):
        args = [machine.unknown("number"), *args]  # the size of the input, found at the first call
    if known is None:
        for position, arg in enumerate([*args, *kwargs.values()]):
            if isinstance(arg, Instance):
                value.attrs.setdefault(f"module{position}", arg)
        value.attrs.update(kwargs)
        if args and _short(base).startswith(("Dropout", "FeatureAlphaDropout")):
            value.attrs.update(dict(zip(("p", "inplace"), args, strict=False)))
        return
    given = dict(zip((parameter for parameter, _ in known.signature), args, strict=False)) | kwargs
    for parameter, default in known.signature:
        if parameter in given:
            value.attrs[parameter] = given[parameter]
        elif default != "?":
            value.attrs[parameter] = default
    config = {name: dispatch.plain(item) for name, item in value.attrs.items()}
    for parameter in known.parameters:
        if _is_left_out(parameter, value.attrs):
            value.attrs[parameter] = None
        else:
            value.attrs[parameter] = parameter_of(
                machine, shapes.of_parameter(known.name, parameter, config)
            )


def _is_left_out(parameter: str, config: dict[str, Value]) -> bool:
    """Whether a flag of the constructor says that there is no such parameter."""
    if "bias" in parameter and config.get("bias") is False:
        return True
    flags = ("affine", "elementwise_affine")
    if any(config.get(flag) is False for flag in flags):
        return True
    return parameter in ("bias_k", "bias_v") and not config.get("add_bias_kv")


def parameter_of(machine: Machine, shape: Shape = None) -> Tensor:
    """Make a parameter."""
    made = machine.autograd.leaf(requires_grad=True, dtype="float", shape=shape)
    made.is_parameter = True
    return made


def _fill_series(machine: Machine, value: Instance, name: str, args: list[Value]) -> None:
    items = list(args)
    if name != "torch.nn.Sequential" or (len(args) == 1 and isinstance(args[0], DictValue)):
        source = args[0] if args else machine.list([])
        if isinstance(source, DictValue):
            # A key that is not known still stands for a module of its own.
            keys = [k if isinstance(k, str) else f"?{n}" for n, k in enumerate(source.items)]
            value.attrs.update(zip(keys, source.items.values(), strict=True))
            value.payload = keys
            return
        items, _ = iteration.collect(machine, source)
    for position, item in enumerate(items):
        if name == "torch.nn.ParameterList" and isinstance(item, Tensor):
            item = as_parameter(machine, item)
        value.attrs[str(position)] = item
    value.payload = [str(position) for position in range(len(items))]


def as_parameter(machine: Machine, tensor: Tensor | None, requires_grad: Value = True) -> Tensor:
    """Make a parameter that shares a tensor's memory, as `nn.Parameter` does."""
    if tensor is None:
        made = machine.autograd.leaf()
    else:
        cuts = machine.autograd.cut(tensor, "Parameter")
        made = machine.autograd.detach(tensor)
        made.opaque = False
        made.provenance = replace(NOTHING, cuts=cuts)
        made.detached = False
    made.dtype = made.dtype or "float"
    made.requires_grad_flag = requires_grad if isinstance(requires_grad, bool) else None
    made.is_parameter = True
    return made


# Containers


def _keys(value: Instance) -> list[str]:
    if isinstance(value.payload, list):
        return value.payload
    return [k for k, v in value.attrs.items() if k != "training" and isinstance(
        v, Instance | Tensor | Unknown)]  # fmt: skip


def iterated(value: Instance) -> list[Value] | None:
    """Return what iterating over a container of modules gives, `None` if it is none."""
    container = _container(value)
    if container is None:
        return None
    if container in _MAPPINGS:
        return list(_keys(value))
    return [value.attrs[key] for key in _keys(value) if key in value.attrs]


def item(machine: Machine, value: Instance, index: Value) -> tuple[bool, Value]:
    """Return whether a value is a container, and its item."""
    container = _container(value)
    if container is None:
        return False, None
    if container in _MAPPINGS:
        if isinstance(index, str) and index in value.attrs:
            return True, value.attrs[index]
        choices = [value.attrs[key] for key in _keys(value)]
        if choices and isinstance(index, Unknown):
            return True, choices[machine.paths.choose(min(len(choices), 3))]
        return True, machine.unknown()
    children = iterated(value) or []
    if isinstance(index, slice):
        bounds = (index.start, index.stop, index.step)
        part = children
        if all(bound is None or isinstance(bound, int) for bound in bounds):
            part = children[index]
        made = machine.native(value.cls if isinstance(value.cls, Torch) else Torch(container))
        made.attrs["training"] = True
        _fill_series(machine, made, "torch.nn.ModuleList", [machine.list(part)])
        return True, made
    if isinstance(index, int) and -len(children) <= index < len(children):
        return True, children[int(index)]
    if children:
        return True, children[-1]
    return True, machine.unknown()


def set_item(machine: Machine, value: Instance, index: Value, new: Value) -> bool:
    """Replace an item of a container; false if it is none."""
    container = _container(value)
    if container is None:
        return False
    machine.journal.touch(value)
    key = str(int(index)) if isinstance(index, int) else index
    if isinstance(key, str):
        value.attrs[key] = new
        if isinstance(value.payload, list) and key not in value.payload:
            value.payload = [*value.payload, key]
    return True


def _append(machine: Machine, value: Instance, items: list[Value]) -> None:
    machine.journal.touch(value)
    keys = list(_keys(value))
    for new in items:
        key = str(len(keys))
        value.attrs[key] = new
        keys.append(key)
    value.payload = keys


# What a module holds


def children(value: Instance) -> Iterator[tuple[str, Instance | Unknown]]:
    """Yield the modules that a module holds directly."""
    for name, attribute in value.attrs.items():
        if is_module(attribute) or (
            isinstance(attribute, Unknown) and _may_be_module(value, attribute)
        ):
            yield name, attribute


def _may_be_module(holder: Instance, value: Unknown) -> bool:
    """Whether something unknown that a module holds may be one: in a container nothing else is."""
    if value.hint == "argument":
        return any(base.name in _CONTAINERS for base in attributes.torch_bases(holder.cls))
    return value.hint in ("", "module")


def everything(value: Instance) -> Iterator[tuple[str, Instance]]:
    """Yield a module and all modules in it, each once."""
    seen: set[int] = set()
    stack: list[tuple[str, Value]] = [("", value)]
    while stack:
        name, module = stack.pop()
        if id(module) in seen or not isinstance(module, Instance):
            continue
        seen.add(id(module))
        yield name, module
        stack.extend(
            (f"{name}.{child}" if name else child, held)
            for child, held in reversed(list(children(module)))
        )


def parameters(machine: Machine, value: Instance) -> list[Tensor]:
    """Return the parameters of a module, in order, each once."""
    return [tensor for _, tensor in named_parameters(machine, value)]


def named_parameters(machine: Machine, value: Instance) -> list[tuple[str, Tensor]]:
    """Return the parameters of a module with their names."""
    from autograd_lint.interpreter.library import unseen

    found: dict[int, tuple[str, Tensor]] = {}
    attributes = 0
    for prefix, module in everything(value):
        attributes += len(module.attrs)
        for name, attribute in module.attrs.items():
            full = f"{prefix}.{name}" if prefix else name
            if isinstance(attribute, Tensor) and attribute.is_parameter:
                found.setdefault(id(attribute), (full, attribute))
            elif isinstance(attribute, Unknown) and _may_be_module(module, attribute):
                leaf = unseen.parameters_of(machine, attribute)
                found.setdefault(id(leaf), (full, leaf))
    machine.copy(attributes)
    return list(found.values())


def _known_parameters(value: Value) -> list[Tensor]:
    """Return the parameters of a module that are known so far; a parameter is one itself."""
    if isinstance(value, Tensor):
        return [value] if value.is_parameter else []
    if isinstance(value, ListValue | DictValue | tuple):
        items = value if isinstance(value, tuple) else value.items
        inner = items.values() if isinstance(items, dict) else items
        return [leaf for item in inner for leaf in _known_parameters(item)]
    if not isinstance(value, Instance):
        return []
    attributes = [item for _, part in everything(value) for item in part.attrs.values()]
    own = [item for item in attributes if isinstance(item, Tensor) and item.is_parameter]
    unseen = [item.params for item in attributes if isinstance(item, Unknown) and item.params]
    return [*own, *unseen]


def hidden_parameters(value: Instance, container: Value) -> list[Tensor]:
    """Return the parameters in a container that a module does not know of."""
    if not any(attribute is container for attribute in value.attrs.values()):
        return []  # something else has taken its place
    named = ("parameters", "named_parameters")
    if any(isinstance(attributes.class_attribute(value.cls, name), Function) for name in named):
        return []  # what it tells of its parameters is its own affair
    own = set(_known_parameters(value))
    return [leaf for leaf in _known_parameters(container) if leaf not in own]


def note_replaced(machine: Machine, before: Value, new: Value) -> None:
    """Note that what an object held gives way to something else, if optimizers hold of it."""
    old = dict.fromkeys(_known_parameters(before))
    fresh = [leaf for leaf in _known_parameters(new) if leaf not in old]
    if not old or not fresh:
        return
    for optimizer in machine.optimizers:
        if not old.keys().isdisjoint(optimizer.params):
            event = ParametersReplaced(machine.now(), optimizer, tuple(old), tuple(fresh))
            machine.autograd.tell(event)


# Calling


def call(machine: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a module: its `forward`, or what torch's own does."""
    if isinstance(value.cls, Class):
        machine.played.add(value.cls)
    forward = attributes.class_attribute(value.cls, "forward")
    own = value.attrs.get("forward")
    hooked = value.attrs.get(_HOOKED) is True and machine.autograd.grad_enabled is True
    if hooked:
        args = [_through_hook(machine, arg) for arg in args]
    for hook in _hooks(value, _BEFORE):
        changed = machine.call(hook, [value, tuple(args)], {})
        if changed is not None and not isinstance(changed, Unknown):
            args = list(changed) if isinstance(changed, tuple) else [changed]
    if isinstance(own, Function | Bound):
        result = machine.call(own, args, kwargs)
    elif isinstance(forward, Function):
        result = machine.call(forward, [value, *args], kwargs)
    elif forward is not None:
        result = machine.call(attributes.bind(forward, value), args, kwargs)
    else:
        result = forward_of_torch(machine, value, args, kwargs)
    for hook in _hooks(value, _AFTER):
        changed = machine.call(hook, [value, tuple(args), result], {})
        result = changed if changed is not None and not isinstance(changed, Unknown) else result
    return _through_hook(machine, result) if hooked else result


def forward_of_torch(
    machine: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Do what the `forward` of one of torch's classes does."""
    container = _container(value)
    if container == "torch.nn.Sequential":
        result = args[0] if args else machine.unknown()
        for child in iterated(value) or ():
            result = machine.call(child, [result], {})
        return result
    for base in attributes.torch_bases(value.cls):
        name = _short(base)
        if name == "Identity":
            return args[0] if args else machine.unknown()
        if name in ("Flatten", "Unflatten"):
            tensor = machine.tensor(args[0]) if args else None
            if tensor is not None:
                return machine.autograd.view(name.lower(), tensor)
        known = operators.module(name.removeprefix("Lazy"))
        if known is not None or name.startswith(("Dropout", "AlphaDropout", "FeatureAlpha")):
            return _forward_of_known(machine, value, name, known, args, kwargs)
    leaves = parameters(machine, value)
    return machine.unknown(deps=[*calls.tensors_in([*args, *kwargs.values()]), *leaves])


def _forward_of_known(
    machine: Machine,
    value: Instance,
    name: str,
    known: operators.ModuleClass | None,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    given = [*args, *kwargs.values()]
    inputs = [machine.tensor(arg) for arg in given]
    first = inputs[0] if inputs else None
    training = value.attrs.get("training")
    if "Dropout" in name and first is not None and (training is False or value.attrs.get("p") == 0):
        return first
    if value.attrs.get("inplace") is True and first is not None:
        operator = operators.inplace_of_module(name)
        if operator is not None:
            return dispatch.apply(machine, operator, f"{name}(inplace=True)", [first], {})
    if value.attrs.get("return_indices") and first is not None:
        functional = operators.function(f"nn.functional.{_in_snake_case(name)}")
        if functional is not None:
            return dispatch.apply(machine, functional, name, [first], {"return_indices": True})
    if known is None:
        if first is None:
            return machine.unknown()
        return machine.autograd.record(name, [first], shape=first.shape, dtype=first.dtype)
    return _record(machine, value, known, given, inputs)


def _in_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _record(
    machine: Machine,
    value: Instance,
    known: operators.ModuleClass,
    given: list[Value],
    inputs: list[Tensor | None],
) -> Value:
    operands = {f"input{i}": t for i, t in enumerate(inputs) if t is not None}
    for position, arg in enumerate(given):
        if f"input{position}" not in operands:
            for tensor in calls.tensors_in([arg]):
                operands.setdefault(f"input{position}", tensor)
    own = {name: value.attrs.get(name) for name in known.parameters}
    held = {name: leaf for name, leaf in own.items() if isinstance(leaf, Tensor)}
    needs = any(machine.autograd.requires_grad(t) is not False for t in operands.values())
    flags = {machine.autograd.requires_grad(leaf) for leaf in held.values()}
    training = value.attrs.get("training")
    labels, twice = known.saved(
        training if isinstance(training, bool) else None,
        needs,
        flags == {False} if len(flags) < 2 and None not in flags else None,
    )
    named = operands | held
    saves: list[tuple[str, Tensor | None]] = [
        (label, None if label == "result" else named[label])
        for label in labels
        if label == "result"
        or (
            label in named
            and operators.saves_itself(
                known, label, contiguous=named[label].contiguous, rank=named[label].rank
            )
        )
    ]
    if known.name == "LSTM" and value.attrs.get("bidirectional") is False:
        saves.append((RESULT, None))  # which the measurement meets under another shape
    result = machine.autograd.record(
        known.name,
        [*operands.values(), *held.values()],
        saves,
        spread=Spread.WITHIN if known.shape in ("loss", "scalar") else Spread.MIXED,
        twice=twice,
        shape=_shape(value, known, [tensor.shape for tensor in operands.values()]),
        dtype="float",
    )
    if result.grad_fn is None:
        result.opaque = any(tensor.opaque for tensor in operands.values())
    return _structured(machine, known.name, result)


def _structured(machine: Machine, name: str, result: Tensor) -> Value:
    """Return the result as the class hands it out."""
    if name == "LSTM":
        state = (machine.autograd.sibling(result), machine.autograd.sibling(result))
        return result, state
    if name == "LSTMCell":
        return result, machine.autograd.sibling(result)
    if name in ("GRU", "RNN", "MultiheadAttention"):
        return result, machine.autograd.sibling(result)
    return result


def _shape(value: Instance, known: operators.ModuleClass, given: list[Shape]) -> Shape:
    config = {name: dispatch.plain(item) for name, item in value.attrs.items()}
    if known.shape == "loss":
        return shapes.of_loss(known.name, given, config)
    if known.shape == "same":
        return given[0] if given else None
    if known.shape == "scalar":
        return ()
    if known.name.endswith("Cell") and len(given) > 1 and given[1] is not None:
        return given[1]  # the hidden state has as many rows as the input
    return shapes.of_module(known.name, given[0], config) if given else None


# What nn.Module provides


def attribute(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute that `nn.Module` gives to every module, `None` if it gives none."""
    if name == "__init__":

        def init(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
            value.attrs.setdefault("training", True)
            initialize(machine, value, base, args, kwargs)
            return None

        return Native(name, init)
    if name in ("forward", "__call__"):
        return Native(
            name,
            lambda machine, args, kwargs: forward_of_torch(machine, value, args, kwargs),
            value,
        )
    if name == "__setattr__":

        def keep(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
            if len(args) == 2 and isinstance(args[0], str):
                attributes.store(machine, value, args[0], args[1])
            return None

        return Native(name, keep)
    run = _METHODS.get(name)
    if run is None:
        return None
    return Native(name, lambda machine, args, kwargs: run(machine, value, args, kwargs))


Run = Callable[[Machine, Instance, list[Value], dict[str, Value]], Value]


def _parameters(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    own = attributes.class_attribute(value.cls, "named_parameters")
    if isinstance(own, Function):
        named, unsure = iteration.collect(m, m.call(own, [value], {}))
        leaves = [pair[1] for pair in named if isinstance(pair, tuple) and len(pair) == 2]
        return IteratorValue(m.epoch, m.list(leaves, is_open=unsure))
    return IteratorValue(m.epoch, m.list(parameters(m, value)))


def _named_parameters(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return IteratorValue(m.epoch, m.list(named_parameters(m, value)))


def _children(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return m.list([child for _, child in children(value)])


def _named_children(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return m.list(list(children(value)))


def _modules(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return m.list([module for _, module in everything(value)])


def _named_modules(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return m.list(list(everything(value)))


def _zero_grad(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    to_none = args[0] if args else kwargs.get("set_to_none", True)
    leaves = parameters(m, value)
    m.autograd.zero(leaves, to_none=to_none is not False)
    m.zeroed_unseen(by_module=True)
    return None


def _train(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mode = args[0] if args else kwargs.get("mode", True)
    for _, module in everything(value):
        m.journal.touch(module)
        module.attrs["training"] = mode
    if isinstance(mode, bool):
        m.autograd.tell(ModeChange(m.now(), tuple(_known_parameters(value)), mode))
    return value


def _eval(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _train(m, value, [False], {})


def _requires_grad(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    wanted = args[0] if args else kwargs.get("requires_grad", True)
    for leaf in parameters(m, value):
        m.journal.touch(leaf)
        leaf.requires_grad_flag = wanted if isinstance(wanted, bool) else None
    return value


def _itself(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return value


def _apply(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args:
        for _, module in everything(value):
            m.call(args[0], [module], {})
    return value


def _register_buffer(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    given = dict(zip(("name", "tensor"), args, strict=False)) | kwargs
    if isinstance(given.get("name"), str):
        attributes.store(m, value, given["name"], given.get("tensor"))
    return None


def _register_parameter(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    given = dict(zip(("name", "param"), args, strict=False)) | kwargs
    if isinstance(given.get("name"), str):
        attributes.store(m, value, given["name"], given.get("param"))
    return None


def _add_module(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = dict(zip(("name", "module"), args, strict=False)) | kwargs
    name = given.get("name")
    if isinstance(name, str):
        attributes.store(m, value, name, given.get("module"))
        if isinstance(value.payload, list):
            value.payload = [*value.payload, name]
    else:
        _append(m, value, [given.get("module")])
    return None


def _append_one(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _append(m, value, args[:1])
    return value


def _extend(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, _ = iteration.collect(m, args[0] if args else None)
    _append(m, value, items)
    return value


def _full_backward_hook(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    m.journal.touch(value)
    value.attrs[_HOOKED] = True
    handle = m.native(Torch("torch.utils.hooks.RemovableHandle"))
    handle.attrs["remove"] = Native("remove", lambda m, *_: _unhook_backward(m, value))
    return handle


def _unhook_backward(m: Machine, value: Instance) -> Value:
    m.journal.touch(value)
    value.attrs[_HOOKED] = False
    return None


_HOOKED = "[full backward hook]"


def _through_hook(m: Machine, value: Value) -> Value:
    """Return what a full backward hook makes of inputs and outputs: views that may not be written."""
    if isinstance(value, tuple):
        return tuple(_through_hook(m, part) for part in value)
    if not isinstance(value, Tensor) or not m.autograd.requires_grad(value):
        return value
    return m.autograd.view(
        "BackwardHookFunction", value, kind=ViewKind.MULTI, shape=value.shape, contiguous=True
    )


_BEFORE, _AFTER = "_forward_pre_hooks", "_forward_hooks"


def _hooks(value: Instance, kind: str) -> list[Value]:
    found = value.attrs.get(kind)
    return list(found.items) if isinstance(found, ListValue) else []


def has_hooks(value: Instance) -> bool:
    """Whether calling a module does more than its `forward`."""
    return bool(_hooks(value, _BEFORE) or _hooks(value, _AFTER)) or value.attrs.get(_HOOKED) is True


def _registering(kind: str) -> Run:
    def register(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
        hook = args[0] if args else kwargs.get("hook")
        if kwargs.get("with_kwargs", False) is not False:
            hook = Native("hook", lambda machine, *_: None)  # it is given more than is known here
        return add_hook(m, value, kind, hook)

    return register


def add_hook(m: Machine, value: Instance, kind: str, hook: Value) -> Instance:
    """Let a hook run with each call of a module; return the handle that removes it."""
    hooks = value.attrs.get(kind)
    m.journal.touch(value)
    if not isinstance(hooks, ListValue):
        hooks = value.attrs[kind] = m.list([])
    m.journal.touch(hooks)
    hooks.items.append(hook)
    handle = m.native(Torch("torch.utils.hooks.RemovableHandle"))
    handle.attrs["remove"] = Native("remove", lambda m, *_: _unhook(m, hooks, hook))
    return handle


_COMPUTED = "[computed weight]"


def compute_before_forward(m: Machine, value: Instance) -> Callable[..., Value]:
    """Let a weight be computed anew by a hook before each call, as `weight_norm` does; return the hook."""
    weight = value.attrs.get("weight")

    def compute(machine: Machine, *_: object) -> Value:
        if isinstance(weight, Tensor):
            machine.journal.touch(value)
            value.attrs[_COMPUTED] = machine.autograd.record("weight_norm", [weight])
        return None

    add_hook(m, value, _BEFORE, Native("hook", compute))
    return compute


def _unhook(m: Machine, hooks: ListValue, removed: Value) -> Value:
    m.journal.touch(hooks)
    hooks.items = [hook for hook in hooks.items if hook is not removed]
    return None


def _unknown(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return m.unknown()


_OWNER = "[owner]"


def _state_dict(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return state_of(m, value)


def state_of(m: Machine, value: Instance | Unknown) -> Unknown:
    """Return something unknown that remembers whose state it is."""
    made = m.unknown()
    made.attrs[_OWNER] = value
    return made


def _load_state_dict(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    leaves = _known_parameters(value)
    note_copied(m, value, args[0] if args else kwargs.get("state_dict"), leaves)
    for leaf in leaves:
        m.autograd.overwrite(leaf, "load_state_dict")
    return m.unknown()


def note_copied(m: Machine, value: Instance | Unknown, given: Value, leaves: list[Tensor]) -> None:
    """Note that a model is given its own state, if it is known under two names."""
    owner = given.attrs.get(_OWNER) if isinstance(given, Unknown) else None
    if owner is value or (leaves and leaves == _known_parameters(owner)):
        named = [
            m.aliases[it]
            for it in (value, owner)
            if isinstance(it, Instance | Unknown) and it in m.aliases
        ]
        if named:
            m.autograd.remark("copied to itself", since=named[0])


def _reset_parameters(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    for leaf in value.attrs.values():
        if isinstance(leaf, Tensor) and leaf.is_parameter:
            m.autograd.overwrite(leaf, "reset_parameters")
    return None


def note_twins(m: Machine, one: Value, other: Value) -> None:
    """Note that the parameters of a module are gone through side by side with themselves."""
    leaves, others = (_parameters_listed(value) for value in (one, other))
    if not leaves or len(leaves) != len(others) or any(leaf.opaque for leaf in leaves):
        return
    if all(leaf is twin for leaf, twin in zip(leaves, others, strict=True)):
        owners = (module for module in m.aliases if set(_known_parameters(module)) == set(leaves))
        named = next((m.aliases[module] for module in owners), None)
        m.twins = {leaf.origin: named or m.now() for leaf in leaves}


def _parameters_listed(value: Value) -> list[Tensor]:
    if isinstance(value, IteratorValue):
        value = value.source
    return _known_parameters(value) if isinstance(value, ListValue) else []


def _items(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return m.list([(key, value.attrs[key]) for key in _keys(value)])


def _values(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return m.list([value.attrs[key] for key in _keys(value)])


def _buffers(m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = [
        attribute
        for _, module in everything(value)
        for attribute in module.attrs.values()
        if isinstance(attribute, Tensor) and not attribute.is_parameter
    ]
    return m.list(found, is_open=True)


def _conv_forward(
    m: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """What a convolution does with a weight that it is given: `Conv2d._conv_forward`."""
    names = (base.name.rpartition(".")[2].lower() for base in attributes.torch_bases(value.cls))
    convolution = next((name for name in names if name in ("conv1d", "conv2d", "conv3d")), None)
    if convolution is None:
        return m.unknown(deps=calls.tensors_in([*args, *kwargs.values()]))
    kwargs.setdefault("stride", m.unknown("number"))
    return m.call(Torch(f"torch.nn.functional.{convolution}"), args, kwargs)


_METHODS: dict[str, Run] = {
    "_conv_forward": _conv_forward,
    "parameters": _parameters,
    "named_parameters": _named_parameters,
    "children": _children,
    "named_children": _named_children,
    "modules": _modules,
    "named_modules": _named_modules,
    "zero_grad": _zero_grad,
    "train": _train,
    "eval": _eval,
    "requires_grad_": _requires_grad,
    "to": _itself,
    "cuda": _itself,
    "cpu": _itself,
    "float": _itself,
    "double": _itself,
    "half": _itself,
    "bfloat16": _itself,
    "type": _itself,
    "share_memory": _itself,
    "apply": _apply,
    "register_buffer": _register_buffer,
    "register_parameter": _register_parameter,
    "add_module": _add_module,
    "register_module": _add_module,
    "append": _append_one,
    "extend": _extend,
    "register_forward_hook": _registering(_AFTER),
    "register_forward_pre_hook": _registering(_BEFORE),
    "register_full_backward_hook": _full_backward_hook,
    "register_backward_hook": _unknown,
    "state_dict": _state_dict,
    "load_state_dict": _load_state_dict,
    "reset_parameters": _reset_parameters,
    "buffers": _buffers,
    "items": _items,
    "values": _values,
    "keys": lambda m, value, args, kwargs: m.list(_keys(value)),
    "extra_repr": _unknown,
    "compile": _unknown,
    "named_buffers": _unknown,
}
