"""Statements: assignments, branches, loops, `with`, `try`, definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeGuard

from autograd_lint.autograd.engine import Stop
from autograd_lint.autograd.events import NotCalled, Round
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, expressions, iteration, merging, subscripts
from autograd_lint.interpreter.machine import (
    BREAK,
    CONTINUE,
    Machine,
    Raised,
    Signal,
    executes,
)
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    Counted,
    DictValue,
    Foreign,
    Function,
    GradMode,
    Instance,
    ListValue,
    Method,
    Native,
    SetValue,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree

_MOST_WHILE_ROUNDS = 6


@executes(tree.ExprStmt)
def _expression(machine: Machine, node: tree.ExprStmt, scope: Scope) -> Signal | None:
    value = machine.evaluate(node.value, scope)
    if isinstance(node.value, tree.Attribute) and not machine.guards:
        machine.pos = node.pos
        _note_not_called(machine, node.value, value, scope)
    return None


def _note_not_called(machine: Machine, node: tree.Attribute, value: Value, scope: Scope) -> None:
    """Note a statement that only names a method that acts when it is called."""
    if isinstance(value, GradMode | Torch) and node.attr in ("no_grad", "enable_grad"):
        machine.autograd.tell(NotCalled(machine.now(), node.attr, sure=True))
    elif node.attr in _ACTING and isinstance(value, Native | Bound | Method | Unknown):
        receiver = machine.evaluate(node.value, scope)
        machine.pos = node.pos
        sure = isinstance(receiver, Tensor | Instance) or (
            isinstance(receiver, Unknown) and receiver.optimizer is not None
        )
        if sure or node.attr in _ACTING_BY_NAME:
            machine.autograd.tell(NotCalled(machine.now(), node.attr, sure=sure))


_ACTING_BY_NAME = frozenset({"zero_grad", "backward"})
_ACTING = _ACTING_BY_NAME | {"step", "update", "unscale_", "eval", "train", "detach_"}
"""Methods that act when they are called; some have names that nothing else has."""


@executes(tree.Assign)
def _assign(machine: Machine, node: tree.Assign, scope: Scope) -> Signal | None:
    value = machine.evaluate(node.value, scope)
    if _is_model(value) and _is_second_name(node):
        machine.pos = node.pos
        machine.note_alias(value)
    _note_twice(machine, node, value)
    if isinstance(value, Tensor) and isinstance(node.value, tree.Binary) and node.value.op == "+":
        machine.pos = node.pos
        _note_sum(machine, node, value, scope)
    for target in node.targets:
        machine.pos = node.pos
        if isinstance(value, Tensor) and value.grad_fn is not None:
            _note_replaced_leaf(machine, target, value, scope)
        _assign_at(machine, target, value, scope, node.pos)
    return None


def _note_replaced_leaf(machine: Machine, target: tree.Node, value: Tensor, scope: Scope) -> None:
    """Note that what is computed from a leaf takes its name before it was trained: `w = w * 0.01`."""
    old: Value = None
    if isinstance(target, tree.Name):
        old = scope.names.get(target.id)
    elif isinstance(target, tree.Attribute) and isinstance(target.value, tree.Name):
        owner = scope.names.get(target.value.id)
        old = owner.attrs.get(target.attr) if isinstance(owner, Instance) else None
    if not isinstance(old, Tensor) or old.is_parameter or old.opaque or old.gradient is not None:
        return
    if old.grad_fn is None and machine.autograd.leaves_behind([value]) == (old,):
        machine.journal.touch(value)
        value.replaces = old


def _note_twice(machine: Machine, node: tree.Assign, value: Value) -> None:
    """Note that one object is named twice in a container: `{"online": net, "target": net}`.

    Of a list that only is another list's copy, all items are: `targets = list(critics)`.
    """
    if isinstance(value, ListValue | tuple) and _is_shallow_copy(node.value):
        machine.pos = node.pos
        for item in value if isinstance(value, tuple) else value.items:
            if isinstance(item, Instance):
                machine.note_alias(item)
    if isinstance(node.value, tree.Mapping) and isinstance(value, DictValue):
        items = list(value.items.values())
    elif isinstance(node.value, tree.Sequence) and isinstance(value, tuple | ListValue):
        items = list(value if isinstance(value, tuple) else value.items)
    else:
        return
    for position, item in enumerate(items):
        if isinstance(item, Instance) and any(item is other for other in items[:position]):
            machine.pos = node.pos
            machine.note_alias(item)


def _is_model(value: Value) -> TypeGuard[Instance | Unknown]:
    return isinstance(value, Instance) or (isinstance(value, Unknown) and value.hint == "module")


def _is_shallow_copy(node: tree.Expr) -> bool:
    """Whether an expression puts what a list holds into another: `list(a)`, `a[:]`, `a.copy()`."""
    if isinstance(node, tree.Subscript):
        return isinstance(node.index, tree.Slice)
    if not isinstance(node, tree.Call):
        return False
    if isinstance(node.func, tree.Attribute) and node.func.attr == "copy" and not node.args:
        return True
    return (
        isinstance(node.func, tree.Name)
        and node.func.id in ("list", "tuple")
        and len(node.args) == 1
        and isinstance(node.args[0].value, tree.Name | tree.Attribute)
    )


_GIVE_THEMSELVES = frozenset(
    {"to", "cuda", "cpu", "float", "double", "half", "bfloat16", "eval", "train", "requires_grad_"}
)
"""Methods of a module that return the module itself."""


def _is_second_name(node: tree.Assign) -> bool:
    """Whether an assignment gives another name to what has one: `b = a`, `b = a.to(device)`."""
    value = node.value
    if isinstance(value, tree.BoolOp):  # `b = given or a`
        value = value.values[-1]
    while isinstance(value, tree.Call) and isinstance(value.func, tree.Attribute):
        if value.func.attr not in _GIVE_THEMSELVES:
            return False
        value = value.func.value
    return isinstance(value, tree.Attribute | tree.Name) and not any(
        same_place(value, target) for target in node.targets
    )


def _note_sum(machine: Machine, node: tree.Assign, value: Tensor, scope: Scope) -> None:
    """Note a sum that goes on from one round to the next: `total = total + loss`."""
    assert isinstance(node.value, tree.Binary)
    target = node.targets[0]
    if not isinstance(target, tree.Name | tree.Attribute):
        return
    for operand in map(_without_factor, (node.value.left, node.value.right)):
        if isinstance(operand, type(target)) and same_place(operand, target):
            old = machine.evaluate(operand, scope)
            if isinstance(old, Tensor) and old.grad_fn is not None:
                machine.keep_sum(old.grad_fn, value)


def _without_factor(term: tree.Expr) -> tree.Expr:
    """Return what a number may be multiplied with: the mean in `0.9 * mean`."""
    if not isinstance(term, tree.Binary) or term.op != "*":
        return term
    factors = [f for f in (term.left, term.right) if isinstance(f, tree.Name | tree.Attribute)]
    return factors[-1] if factors else term


def same_place(one: tree.Node, other: tree.Node) -> bool:
    """Whether two expressions name the same variable or attribute."""
    if isinstance(one, tree.Name) and isinstance(other, tree.Name):
        return one.id == other.id
    if isinstance(one, tree.Attribute) and isinstance(other, tree.Attribute):
        return one.attr == other.attr and same_place(one.value, other.value)
    return False


def _assign_at(
    machine: Machine, target: tree.Node, value: Value, scope: Scope, pos: tree.Position
) -> None:
    """Assign; what is written in place is written by the whole statement."""
    if isinstance(target, tree.Subscript):
        receiver = machine.evaluate(target.value, scope)
        index = machine.evaluate(target.index, scope)
        machine.pos = pos
        subscripts.set_item(machine, receiver, index, value)
    elif isinstance(target, tree.Attribute):
        receiver = machine.evaluate(target.value, scope)
        machine.pos = pos
        attributes.set_attribute(machine, receiver, attributes.mangle(target.attr, scope), value)
    else:
        iteration.assign(machine, target, value, scope)


@executes(tree.Annotated)
def _annotated(machine: Machine, node: tree.Annotated, scope: Scope) -> Signal | None:
    if node.value is not None:
        value = machine.evaluate(node.value, scope)
        _assign_at(machine, node.target, value, scope, node.pos)
    return None


@executes(tree.AugAssign)
def _augmented(machine: Machine, node: tree.AugAssign, scope: Scope) -> Signal | None:
    target = node.target
    if isinstance(target, tree.Subscript):
        receiver = machine.evaluate(target.value, scope)
        index = machine.evaluate(target.index, scope)
        old = subscripts.get_item(machine, receiver, index)
        operand = machine.evaluate(node.value, scope)
        machine.pos = node.pos
        new = _augment(machine, node, old, operand)
        machine.pos = node.pos
        if isinstance(receiver, Tensor) or (
            isinstance(receiver, Unknown) and receiver.tensor is not None
        ):
            is_copy = isinstance(old, Tensor) and old.view is None  # of what a list or mask picks
            if new is not old or is_copy:
                subscripts.set_item(machine, receiver, index, new)
        else:
            subscripts.set_item(machine, receiver, index, new)
    elif isinstance(target, tree.Attribute):
        receiver = machine.evaluate(target.value, scope)
        name = attributes.mangle(target.attr, scope)
        old = attributes.get_attribute(machine, receiver, name)
        operand = machine.evaluate(node.value, scope)
        machine.pos = node.pos
        new = _augment(machine, node, old, operand)
        machine.pos = node.pos
        if not (new is old and isinstance(new, Tensor) and name in ("data", "grad")):
            attributes.set_attribute(machine, receiver, name, new)
    else:
        old = machine.evaluate(target, scope)
        operand = machine.evaluate(node.value, scope)
        machine.pos = node.pos
        iteration.assign(machine, target, _augment(machine, node, old, operand), scope)
    return None


def _augment(machine: Machine, node: tree.AugAssign, old: Value, operand: Value) -> Value:
    if isinstance(old, Unknown) and old.tensor is not None:
        old = old.tensor
    if isinstance(old, Tensor):
        from autograd_lint.interpreter.library import tensors

        return tensors.augment(machine, node.op, old, operand)
    if isinstance(old, ListValue) and node.op == "+":
        items, unsure = iteration.collect(machine, operand)
        machine.grow(old, items)
        old.open = old.open or unsure
        return old
    if isinstance(old, SetValue) and node.op == "|":
        items, unsure = iteration.collect(machine, operand)
        machine.journal.touch(old)
        old.items[:] = subscripts.distinct([*old.items, *items])
        old.open = old.open or unsure
        return old
    if isinstance(old, DictValue) and node.op == "|":
        subscripts.update(machine, old, operand)
        return old
    if isinstance(old, Instance):
        method = attributes.class_attribute(old.cls, _INPLACE.get(node.op, ""))
        if isinstance(method, Function):
            return machine.call(method, [old, operand], {})
    if node.op in ("+", "-") and type(old) in (int, Counted) and type(operand) is int:
        return _count(machine, old, operand if node.op == "+" else -operand)
    return expressions.binary(machine, node.op, old, operand)


_INPLACE = {"+": "__iadd__", "-": "__isub__", "*": "__imul__", "/": "__itruediv__"}


def _count(machine: Machine, old: int, change: int) -> int:
    """Count by hand: a number that changes by the same in each round follows the loop."""
    if not machine.rounds:
        return int(old) + change
    number, this_round, _ = machine.rounds[-1]
    since = this_round - old.seen if isinstance(old, Counted) and old.loop == number else 1
    value = int(old) + change * max(since, 1)

    def at(count: int) -> int:
        return value + change * (count - this_round)

    return Counted(value, number, at, this_round)


@executes(tree.Delete)
def _delete(machine: Machine, node: tree.Delete, scope: Scope) -> Signal | None:
    for target in node.targets:
        if isinstance(target, tree.Name):
            home = scope.elsewhere.get(target.id, scope)
            machine.journal.touch(home)
            home.names.pop(target.id, None)
        elif isinstance(target, tree.Attribute):
            receiver = machine.evaluate(target.value, scope)
            attributes.delete_attribute(machine, receiver, target.attr)
        elif isinstance(target, tree.Subscript):
            receiver = machine.evaluate(target.value, scope)
            subscripts.delete_item(machine, receiver, machine.evaluate(target.index, scope))
    return None


@executes(tree.Return)
def _return(machine: Machine, node: tree.Return, scope: Scope) -> Signal | None:
    value = None if node.value is None else machine.evaluate(node.value, scope)
    machine.pos = node.pos
    machine.returned_at = machine.now()
    return Signal("return", value)


@executes(tree.Raise)
def _raise(machine: Machine, node: tree.Raise, scope: Scope) -> Signal | None:
    if node.exc is None:
        raise Raised(None, ())
    value = machine.evaluate(node.exc, scope)
    raise Raised(value, _exception_names(value))


def _exception_names(value: Value) -> tuple[str, ...]:
    cls = value.cls if isinstance(value, Instance) else value
    if isinstance(cls, Foreign):
        return (cls.name.rpartition(".")[2], "Exception")
    if isinstance(cls, Class):
        names = [
            base.name if isinstance(base, Class) else getattr(base, "name", "").rpartition(".")[2]
            for base in cls.mro
        ]
        return (*names, "Exception")
    return ()


@executes(tree.Assert)
def _assert(machine: Machine, node: tree.Assert, scope: Scope) -> Signal | None:
    _assume(machine, machine.evaluate(node.test, scope))
    return None


def _assume(machine: Machine, condition: Value) -> None:
    """Take an open condition for true: where it is not, the program stops by itself."""
    if isinstance(condition, Unknown) and condition.truth is None and condition.tensor is None:
        machine.journal.touch(condition)
        condition.truth = True


@executes(tree.If)
def _if(machine: Machine, node: tree.If, scope: Scope) -> Signal | None:
    condition = machine.evaluate(node.test, scope)
    machine.pos = node.test.pos
    if isinstance(condition, Unknown) and condition.truth is None and condition.tensor is None:
        along_one_path = machine.paths.budget.paths == 1
        if merging.only_raises(node.body) or (along_one_path and merging.ends_program(node.body)):
            machine.journal.touch(condition)
            condition.truth = False
        elif merging.is_inert(node.body) and merging.is_inert(node.orelse):
            return None
    chosen = node.body if machine.truth(condition) else node.orelse
    return machine.execute(chosen, scope)


@executes(tree.While)
def _while(machine: Machine, node: tree.While, scope: Scope) -> Signal | None:
    loop = machine.new_loop()
    outside = machine.rounds
    left = False
    try:
        index = 0
        executed: list[int] = []
        while len(executed) < _MOST_WHILE_ROUNDS:
            machine.rounds = (*outside, Round(loop.number, index))
            machine.pos = node.test.pos
            condition = machine.evaluate(node.test, scope)
            if (isinstance(condition, Unknown) and condition.truth is None) or isinstance(
                condition, Tensor
            ):
                if len(executed) >= 2:
                    break
            elif not machine.truth(condition):
                break
            signal = machine.execute(node.body, scope)
            executed.append(index)
            if signal is BREAK:
                left = True
                break
            if signal is not None and signal is not CONTINUE:
                return signal
            index = _next_while_round(loop.predicates, executed)
    finally:
        machine.rounds = outside
        machine.loops.pop(loop.number, None)
    if node.orelse and not left:
        return machine.execute(node.orelse, scope)
    return None


def _next_while_round(
    predicates: Mapping[object, Callable[[int], bool]], executed: list[int]
) -> int:
    """Return the round to go on with: the next, or the next in which an answer changes."""
    last = executed[-1]
    if len(executed) < 2 or len(executed) % 2 == 1:
        return last + 1
    for index in range(last + 1, last + 1024):
        for predicate in predicates.values():
            if predicate(index) not in {predicate(done) for done in executed}:
                return index
    return last + 1


@executes(tree.For)
def _for(machine: Machine, node: tree.For, scope: Scope) -> Signal | None:
    source = machine.evaluate(node.iter, scope)
    machine.pos = node.iter.pos
    left: Signal | None = None

    def once(item: Value) -> bool:
        nonlocal left
        machine.pos = node.target.pos
        iteration.assign(machine, node.target, item, scope)
        signal = machine.execute(node.body, scope)
        if signal is None or signal is CONTINUE:
            return False
        left = signal
        return True

    iteration.for_each(machine, source, once)
    if left is BREAK:
        return None
    if left is not None:
        return left
    return machine.execute(node.orelse, scope)


@executes(tree.Break)
def _break(machine: Machine, node: tree.Break, scope: Scope) -> Signal | None:
    return BREAK


@executes(tree.Continue)
def _continue(machine: Machine, node: tree.Continue, scope: Scope) -> Signal | None:
    return CONTINUE


@executes(tree.With)
def _with(machine: Machine, node: tree.With, scope: Scope) -> Signal | None:
    return _with_items(machine, node, scope, 0)


def _with_items(machine: Machine, node: tree.With, scope: Scope, index: int) -> Signal | None:
    from autograd_lint.interpreter.library import contexts

    if index == len(node.items):
        return machine.execute(node.body, scope)
    item = node.items[index]
    manager = machine.evaluate(item.context, scope)
    machine.pos = item.context.pos

    def body(entered: Value) -> Signal | None:
        if item.target is not None:
            iteration.assign(machine, item.target, entered, scope)
        return _with_items(machine, node, scope, index + 1)

    return contexts.within(machine, manager, body)


@executes(tree.Try)
def _try(machine: Machine, node: tree.Try, scope: Scope) -> Signal | None:
    signal: Signal | None = None
    try:
        try:
            if node.handlers:
                with machine.guard():
                    signal = machine.execute(node.body, scope)
            else:
                signal = machine.execute(node.body, scope)
            if signal is None:
                signal = machine.execute(node.orelse, scope)
        except (Raised, Stop) as error:
            handler = _handler_for(machine, node, error, scope)
            if handler is None:
                raise
            if handler.name is not None:
                machine.journal.touch(scope)
                value = error.value if isinstance(error, Raised) else None
                scope.names[handler.name] = machine.unknown() if value is None else value
            signal = machine.execute(handler.body, scope)
    finally:
        last = machine.execute(node.final, scope) if node.final else None
    return last if last is not None else signal


def _handler_for(
    machine: Machine, node: tree.Try, error: Raised | Stop, scope: Scope
) -> tree.Handler | None:
    names = error.names if isinstance(error, Raised) else (error.error, "Exception")
    for handler in node.handlers:
        if handler.type is None or not names:
            return handler
        caught = machine.evaluate(handler.type, scope)
        options = caught if isinstance(caught, tuple) else (caught,)
        for option in options:
            if not isinstance(option, Foreign | Class | Torch):
                return handler
            name = option.name.rpartition(".")[2]
            if name in names or name in ("Exception", "BaseException"):
                return handler
    return None


@executes(tree.Function)
def _function(machine: Machine, node: tree.Function, scope: Scope) -> Signal | None:
    from autograd_lint.interpreter.library import decorators

    made: Value = calls.make_function(machine, node, scope)
    for decorator in reversed(node.decorators):
        applied = machine.evaluate(decorator, scope)
        machine.pos = decorator.pos
        made = decorators.apply(machine, applied, made)
    machine.journal.touch(scope)
    home = scope.elsewhere.get(node.name, scope)
    machine.journal.touch(home)
    home.names[node.name] = made
    machine.defined.setdefault(id(node), made)
    return None


@executes(tree.Global)
def _global(machine: Machine, node: tree.Global, scope: Scope) -> Signal | None:
    for name in node.names:
        scope.elsewhere[name] = scope.module
    return None


@executes(tree.Nonlocal)
def _nonlocal(machine: Machine, node: tree.Nonlocal, scope: Scope) -> Signal | None:
    for name in node.names:
        outer = scope.outer.find(name) if scope.outer is not None else None
        if outer is not None:
            scope.elsewhere[name] = outer
    return None


@executes(tree.Import)
def _import(machine: Machine, node: tree.Import, scope: Scope) -> Signal | None:
    name = node.alias or node.name.partition(".")[0]
    find = machine.importer.module if node.alias else machine.importer.package
    module = find(machine, node.name, scope.source)
    machine.journal.touch(scope)
    scope.elsewhere.get(name, scope).names[name] = module
    return None


@executes(tree.ImportFrom)
def _import_from(machine: Machine, node: tree.ImportFrom, scope: Scope) -> Signal | None:
    names = machine.importer.names(machine, node, scope.source)
    machine.journal.touch(scope)
    for name, value in names.items():
        scope.elsewhere.get(name, scope).names[name] = value
    return None


@executes(tree.TypeAliasStmt)
@executes(tree.Pass)
def _nothing(machine: Machine, node: tree.Node, scope: Scope) -> Signal | None:
    return None
