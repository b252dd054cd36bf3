"""Expressions: names, literals, operators, comparisons, comprehensions."""

from __future__ import annotations

import operator
from collections.abc import Callable

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, iteration, subscripts
from autograd_lint.interpreter.library import python as builtin_names
from autograd_lint.interpreter.library import tensors, text
from autograd_lint.interpreter.machine import Machine, Raised, evaluates
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Counted,
    DictValue,
    Foreign,
    Function,
    Instance,
    Iterator,
    ListValue,
    SetValue,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree

ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
COMPARISON: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DUNDER = {
    "+": "add", "-": "sub", "*": "mul", "@": "matmul", "/": "truediv", "//": "floordiv",
    "%": "mod", "**": "pow", "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_NEGATED = {"!=": "==", "is not": "is", "not in": "in"}
_LARGEST = 1 << 64
"""Numbers and repetitions beyond this are not computed."""
_LONGEST = 4096
_LONGEST_TEXT = 1 << 16


@evaluates(tree.Const)
def _const(machine: Machine, node: tree.Const, scope: Scope) -> Value:
    return node.value


@evaluates(tree.Name)
def _name(machine: Machine, node: tree.Name, scope: Scope) -> Value:
    return look_up(machine, node.id, scope)


def look_up(machine: Machine, name: str, scope: Scope) -> Value:
    """Return what a name stands for; a name that is bound nowhere is unknown, once and for all."""
    found = scope.find(name)
    if found is not None:
        return found.names[name]
    if name in builtin_names.NAMES:
        return builtin_names.NAMES[name]
    if name == "__name__":
        return machine.importer.module_name(scope.module)
    if name == "__file__":
        return scope.source.absolute.as_posix()
    missing = machine.unknown(f"name {name}")
    machine.journal.touch(scope.module)
    scope.module.names[name] = missing
    return missing


@evaluates(tree.Attribute)
def _attribute(machine: Machine, node: tree.Attribute, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    machine.pos = node.pos
    if value is None and isinstance(node.value, tree.Attribute) and node.value.attr == "grad":
        raise Raised(None, ("AttributeError", "Exception"))  # there is no gradient
    return attributes.get_attribute(machine, value, attributes.mangle(node.attr, scope))


@evaluates(tree.Subscript)
def _subscript(machine: Machine, node: tree.Subscript, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    index = machine.evaluate(node.index, scope)
    machine.pos = node.pos
    return subscripts.get_item(machine, value, index)


@evaluates(tree.Slice)
def _slice(machine: Machine, node: tree.Slice, scope: Scope) -> Value:
    parts = [
        None if part is None else machine.evaluate(part, scope)
        for part in (node.lower, node.upper, node.step)
    ]
    return slice(*parts)


_ASK_FOR_NONE = frozenset({"assertIsNone", "assertIsNotNone"})


@evaluates(tree.Call)
def _call(machine: Machine, node: tree.Call, scope: Scope) -> Value:
    if isinstance(node.func, tree.Attribute) and node.func.attr in _ASK_FOR_NONE and node.args:
        evaluate_asking(machine, node.args[0].value, scope)
        return None
    return calls.evaluate_call(machine, node, scope)


@evaluates(tree.Unary)
def _unary(machine: Machine, node: tree.Unary, scope: Scope) -> Value:
    value = machine.evaluate(node.operand, scope)
    machine.pos = node.pos
    if node.op == "not":
        return not machine.truth(value)
    if isinstance(value, Tensor):
        names = {"-": "__neg__", "~": "__invert__", "+": "__pos__"}
        return tensors.call_method(machine, value, names[node.op], [], {})
    if isinstance(value, Counted) and node.op == "-":
        at = value.at
        return Counted(-int(value), value.loop, lambda count: -at(count))
    if isinstance(value, int | float):
        if node.op == "-":
            return -value
        if node.op == "+":
            return +value
        if isinstance(value, int):
            return ~int(value)
    if isinstance(value, Unknown):
        negative = machine.unknown(value.hint, value.deps)
        negative.cuts = value.cuts
        return negative
    return machine.unknown()


@evaluates(tree.Binary)
def _binary(machine: Machine, node: tree.Binary, scope: Scope) -> Value:
    left = machine.evaluate(node.left, scope)
    right = machine.evaluate(node.right, scope)
    machine.pos = node.pos
    for value, operand in ((left, node.left), (right, node.right)):
        if value is None and isinstance(operand, tree.Attribute) and operand.attr == "grad":
            raise Raised(None, ("TypeError", "Exception"))  # there is no gradient to reckon with
    return binary(machine, node.op, left, right)


def binary(machine: Machine, op: str, left: Value, right: Value) -> Value:
    """Apply a binary operator."""
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return tensors.binary(machine, op, left, right)
    if isinstance(left, Counted) and isinstance(right, Unknown):
        right = machine.sample(right)
    elif isinstance(right, Counted) and isinstance(left, Unknown):
        left = machine.sample(left)
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _binary_method(machine, op, left, right)
    if isinstance(left, str) and op == "%":
        made = text.interpolate(left, right if isinstance(right, tuple) else (right,))
        return text.bounded(machine, made)
    if isinstance(left, ListValue | SetValue | tuple) or isinstance(right, ListValue | tuple):
        return _combine(machine, op, left, right)
    if isinstance(left, DictValue) and isinstance(right, DictValue) and op == "|":
        return machine.dict({**left.items, **right.items}, is_open=left.open or right.open)
    if _is_plain(left) and _is_plain(right) and op in ARITHMETIC:
        return _arithmetic(machine, op, left, right)
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Unknown) and value.hint == "output" and _numeric_or_open(other):
            machine.tensor(value)  # nothing else that a model returns is reckoned with
    deps = [*_deps(left), *_deps(right)]
    if isinstance(left, Unknown) and left.tensor is not None and right is not None:
        return tensors.binary(machine, op, left.tensor, right)
    if isinstance(right, Unknown) and right.tensor is not None and left is not None:
        return tensors.binary(machine, op, left, right.tensor)
    numbers = not deps and _numeric(left) and _numeric(right)
    result = machine.unknown("number" if numbers else "", deps)
    if any(isinstance(value, Unknown) and value.hint == "scale" for value in (left, right)):
        result.hint = "scale"
    result.cuts = calls.cuts_in([left, right])
    if isinstance(left, Unknown) and type(right) is int and op in ("+", "-"):
        shift = right if op == "+" else -right
        result.follows = (left, lambda number: number + shift)
    return result


def _numeric_or_open(value: Value) -> bool:
    return isinstance(value, int | float | Unknown)


def _numeric(value: Value) -> bool:
    return isinstance(value, int | float) or (isinstance(value, Unknown) and value.hint == "number")


def _deps(value: Value) -> tuple[Tensor, ...]:
    return value.deps if isinstance(value, Unknown) else ()


def _is_plain(value: Value) -> bool:
    return isinstance(value, int | float | complex | str | bytes)


def _arithmetic(machine: Machine, op: str, left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        too_far = op in ("**", "<<") and (abs(left) > _LARGEST or not 0 <= right <= 64)
        if too_far or abs(left) > _LARGEST or abs(right) > _LARGEST:
            return machine.unknown("number")
    elif isinstance(left, str | bytes) or isinstance(right, str | bytes):
        sizes = [len(part) if isinstance(part, str | bytes) else part for part in (left, right)]
        if not all(isinstance(size, int) for size in sizes):
            return machine.unknown("text")
        if (sizes[0] * sizes[1] if op == "*" else sum(sizes)) > _LONGEST_TEXT:
            return machine.unknown("text")
    apply = ARITHMETIC[op]
    try:
        result = apply(left, right)
    except (ArithmeticError, TypeError, ValueError):
        return machine.unknown("number")
    if isinstance(result, int) and not isinstance(result, bool):
        for counted, flipped in ((left, False), (right, True)):
            if isinstance(counted, Counted):
                return _follow(counted, apply, right if not flipped else left, flipped, result)
    return result


def _follow(
    counted: Counted,
    apply: Callable[[Value, Value], Value],
    other: Value,
    flipped: bool,
    result: int,
) -> Counted:
    at = counted.at
    other = other if not isinstance(other, Counted) else int(other)

    def follow(count: int) -> int:
        try:
            value = apply(other, at(count)) if flipped else apply(at(count), other)
            return int(value)
        except (ArithmeticError, TypeError, ValueError):
            return 0

    return Counted(result, counted.loop, follow, counted.seen)


def _binary_method(machine: Machine, op: str, left: Value, right: Value) -> Value:
    name = _DUNDER[op]
    for receiver, other, dunder in ((left, right, f"__{name}__"), (right, left, f"__r{name}__")):
        if isinstance(receiver, Instance):
            method = attributes.class_attribute(receiver.cls, dunder)
            if isinstance(method, Function):
                return machine.call(method, [receiver, other], {})
    return machine.unknown(deps=calls.tensors_in([left, right]))


def _combine(machine: Machine, op: str, left: Value, right: Value) -> Value:
    if op == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        machine.copy(len(left) + len(right))
        return left + right
    if op == "+" and isinstance(left, ListValue) and isinstance(right, ListValue):
        machine.copy(len(left.items) + len(right.items))
        return machine.list([*left.items, *right.items], is_open=left.open or right.open)
    if op == "+" and isinstance(left, ListValue) and isinstance(right, Unknown):
        return machine.list([*left.items, right], is_open=True)
    if op == "*":
        series, count = (left, right) if not isinstance(left, int) else (right, left)
        if isinstance(count, int) and not isinstance(count, bool):
            items = series if isinstance(series, tuple) else series.items
            if len(items) * count <= _LONGEST:
                if isinstance(series, tuple):
                    return series * count
                return machine.list(items * count, is_open=series.open)
        elif isinstance(series, ListValue):
            return machine.list(series.items * 2, is_open=True)
        elif isinstance(series, tuple):
            return machine.list(list(series) * 2, is_open=True)
    if op in ("-", "&", "|", "^") and isinstance(left, SetValue) and isinstance(right, SetValue):
        return _combine_sets(machine, op, left, right)
    return machine.unknown(deps=calls.tensors_in([left, right]))


def _combine_sets(machine: Machine, op: str, left: SetValue, right: SetValue) -> SetValue:
    machine.copy(len(left.items) + len(right.items))
    mine = {subscripts.key_of(item): item for item in left.items}
    other = {subscripts.key_of(item): item for item in right.items}
    if op == "|":
        items = list({**other, **mine}.values())
    elif op == "&":
        items = [item for key, item in mine.items() if key in other]
    elif op == "-":
        items = [item for key, item in mine.items() if key not in other]
    else:
        items = [item for key, item in mine.items() if key not in other]
        items += [item for key, item in other.items() if key not in mine]
    return SetValue(machine.epoch, items, left.open or right.open)


@evaluates(tree.Compare)
def _compare(machine: Machine, node: tree.Compare, scope: Scope) -> Value:
    asks_for_none = node.ops[0] in ("is", "is not") and _is_none(node.comparators[0])
    left = (
        evaluate_asking(machine, node.left, scope)
        if asks_for_none
        else machine.evaluate(node.left, scope)
    )
    result: Value = True
    for op, expr in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(expr, scope)
        machine.pos = node.pos
        result = compare(machine, op, left, right)
        if len(node.ops) > 1 and not machine.truth(result):
            return False
        left = right
    return result


def _is_none(node: tree.Expr) -> bool:
    return isinstance(node, tree.Const) and node.value is None


def evaluate_asking(machine: Machine, node: tree.Expr, scope: Scope) -> Value:
    """Evaluate what is only asked whether it is `None`: who asks for `.grad` so does not use it."""
    if isinstance(node, tree.Attribute) and node.attr == "grad":
        receiver = machine.evaluate(node.value, scope)
        if isinstance(receiver, Unknown) and receiver.tensor is not None:
            receiver = receiver.tensor
        machine.pos = node.pos
        if isinstance(receiver, Tensor) and not tensors.is_lost_leaf(receiver):
            return tensors.gradient_of(machine, receiver)
        return attributes.get_attribute(machine, receiver, "grad")
    return machine.evaluate(node, scope)


def compare(machine: Machine, op: str, left: Value, right: Value) -> Value:
    """Compare two values; the answer may be unknown, and is then the same each time."""
    if op in _NEGATED and not (op == "!=" and isinstance(left, Tensor | Instance)):
        answer = compare(machine, _NEGATED[op], left, right)
        if isinstance(answer, Unknown):
            return _negation(machine, answer)
        return not answer if isinstance(answer, bool) else answer
    if op == "is":
        return _identical(machine, left, right)
    if op == "in":
        return _contains(machine, left, right)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return tensors.binary(machine, op, left, right)
    if isinstance(left, Counted | int) and isinstance(right, Unknown) and _counts(left):
        right = machine.sample(right)
    if isinstance(right, Counted) and isinstance(left, Unknown):
        left = machine.sample(left)
    if isinstance(left, Unknown):
        return _fact(machine, left, (op, _fact_key(right)))
    if isinstance(right, Unknown):
        flipped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
        return _fact(machine, right, (flipped, _fact_key(left)))
    if isinstance(left, Instance):
        method = attributes.class_attribute(left.cls, f"__{_DUNDER[op]}__")
        if isinstance(method, Function):
            return machine.call(method, [left, right], {})
    return _known_comparison(machine, op, left, right)


def _counts(value: Value) -> bool:
    return isinstance(value, Counted)


def _known_comparison(machine: Machine, op: str, left: Value, right: Value) -> Value:
    apply = COMPARISON[op]
    if isinstance(left, Counted):
        other = int(right) if isinstance(right, int) else right
        if isinstance(other, int | float):
            machine.ask_counter(left, lambda value: apply(value, other))
    elif isinstance(right, Counted):
        mine = left
        if isinstance(mine, int | float):
            machine.ask_counter(right, lambda value: apply(mine, value))
    if isinstance(left, ListValue | DictValue | SetValue) and op == "==":
        if isinstance(right, type(left)) and not left.open and not right.open:
            for side in (left, right):
                subscripts.weigh(side.items)
                if isinstance(side, DictValue):
                    subscripts.weigh(side.items.values())
            if left is right or left.items == right.items:
                return True
            return False if not left.items or not right.items else machine.unknown()
        return machine.unknown() if not isinstance(right, int | float | str) else False
    for value in (left, right):
        if isinstance(value, tuple):
            subscripts.weigh(value)
    if isinstance(left, tuple) and isinstance(right, tuple):
        if op == "==" and len(left) != len(right):
            return False
        if not (_is_settled(left) and _is_settled(right)):
            return machine.unknown("condition")
    try:
        result = apply(left, right)
    except TypeError:
        return machine.unknown()
    return result if isinstance(result, bool) else machine.unknown()


def _is_settled(value: Value) -> bool:
    """Whether it shows by itself what a value equals."""
    if isinstance(value, tuple):
        return all(map(_is_settled, value))
    return not isinstance(value, Unknown | Tensor | ListValue | DictValue | SetValue | Instance)


def _fact_key(value: Value) -> Value:
    if isinstance(value, Unknown | ListValue | DictValue | SetValue | Instance):
        return value, "object"
    if isinstance(value, tuple):
        subscripts.weigh(value)
        return "tuple", tuple(map(_fact_key, value))
    if isinstance(value, slice):
        return "slice"
    return type(value).__name__, value


_INTEGERS = (("int",), ("Counted",))


def _fact(machine: Machine, unknown: Unknown, key: Value) -> Value:
    """Return the condition on an unknown value that bears this key."""
    if unknown.number is not None and isinstance(key[1], tuple) and key[1][:1] in _INTEGERS:
        return COMPARISON[key[0]](unknown.number, key[1][1])
    fact = unknown.facts.get(key)
    if fact is None:
        machine.journal.touch(unknown)
        fact = machine.unknown("condition")
        if key[0] == "==" and _another_holds(unknown, key):
            fact.truth = False
        unknown.facts[key] = fact
    elif fact.truth is None and key[0] == "==" and _another_holds(unknown, key):
        machine.journal.touch(fact)
        fact.truth = False
    return fact if fact.truth is None else fact.truth


def _another_holds(unknown: Unknown, key: Value) -> bool:
    """Whether it is already taken to equal another constant."""
    return any(
        other != key and other[0] == "==" and fact.truth and other[1] != key[1]
        and "object" not in (other[1][-1], key[1][-1])
        for other, fact in unknown.facts.items()
        if isinstance(other[1], tuple) and isinstance(key[1], tuple)
    )  # fmt: skip


def _negation(machine: Machine, condition: Unknown) -> Value:
    """Return the opposite of a condition, decided together with it."""
    return not machine.decide(condition)


def _identical(machine: Machine, left: Value, right: Value) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if left is right:
            return True
        unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
        if other is None:
            if unknown.truth or unknown.tensor is not None or unknown.optimizer is not None:
                return False
            fact = unknown.facts.get(("is", None))
            if fact is None:
                machine.journal.touch(unknown)
                fact = machine.unknown("condition")
                fact.prefers = False
                unknown.facts["is", None] = fact
            return fact
        if isinstance(other, bool):
            return _fact(machine, unknown, ("==", _fact_key(other)))
        return _fact(machine, unknown, ("is", _fact_key(other)))
    if isinstance(left, Torch | Foreign):
        return left == right
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return left is right
    return left is right or (
        isinstance(left, int | float | str | tuple) and type(left) is type(right) and left == right
    )


def _contains(machine: Machine, left: Value, right: Value) -> Value:
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    items: list[Value] | None = None
    is_open = False
    if isinstance(right, tuple):
        items = list(right)
    elif isinstance(right, ListValue | SetValue):
        items, is_open = right.items, right.open
    elif isinstance(right, DictValue):
        items, is_open = list(right.items), right.open
    if items is not None:
        machine.copy(len(items))
        key = subscripts.key_of(left)
        if any(subscripts.key_of(item) is key or _same(item, key) for item in items):
            return True
        vague = isinstance(left, Unknown) or any(isinstance(item, Unknown) for item in items)
        if not is_open and not vague:
            return False
        if isinstance(left, Unknown):
            return _fact(machine, left, ("in", tuple(map(_fact_key, items))))
    if isinstance(right, Unknown):
        return _fact(machine, right, ("contains", _fact_key(left)))
    if isinstance(right, Instance):
        method = attributes.class_attribute(right.cls, "__contains__")
        if isinstance(method, Function):
            return machine.call(method, [right, left], {})
    return machine.unknown("condition")


def _same(left: Value, right: Value) -> bool:
    plain = (int, float, str, bytes, tuple, Torch, Foreign, type(None))
    return isinstance(left, plain) and isinstance(right, plain) and bool(left == right)


@evaluates(tree.BoolOp)
def _bool_op(machine: Machine, node: tree.BoolOp, scope: Scope) -> Value:
    value: Value = None
    last = len(node.values) - 1
    for index, expr in enumerate(node.values):
        value = machine.evaluate(expr, scope)
        if index < last and machine.truth(value) == (node.op == "or"):
            return value
    return value


@evaluates(tree.Ternary)
def _ternary(machine: Machine, node: tree.Ternary, scope: Scope) -> Value:
    condition = machine.evaluate(node.test, scope)
    is_open = isinstance(condition, Tensor) or (
        isinstance(condition, Unknown) and condition.truth is None
    )
    if is_open and _is_number(node.body, node.orelse):
        return machine.unknown("number")
    chosen = node.body if machine.truth(condition) else node.orelse
    return machine.evaluate(chosen, scope)


def _is_number(*nodes: tree.Expr) -> bool:
    """Whether all of these are plain numbers, so that which one it is hardly matters."""
    return all(
        (isinstance(node, tree.Unary) and _is_number(node.operand))
        or (
            isinstance(node, tree.Const)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        )
        for node in nodes
    )


@evaluates(tree.Sequence)
def _sequence(machine: Machine, node: tree.Sequence, scope: Scope) -> Value:
    machine.copy(len(node.elements))
    items: list[Value] = []
    is_open = False
    for element in node.elements:
        if isinstance(element, tree.Starred):
            more, unsure = iteration.collect(machine, machine.evaluate(element.value, scope))
            items.extend(more)
            is_open = is_open or unsure
        else:
            items.append(machine.evaluate(element, scope))
    if node.kind == "tuple" and not is_open:
        return tuple(items)
    if node.kind == "set":
        return SetValue(machine.epoch, subscripts.distinct(items), is_open)
    return machine.list(items, is_open=is_open)


@evaluates(tree.Mapping)
def _mapping(machine: Machine, node: tree.Mapping, scope: Scope) -> Value:
    machine.copy(len(node.keys))
    result = machine.dict({})
    for key, expr in zip(node.keys, node.values, strict=True):
        if key is None:
            subscripts.update(machine, result, machine.evaluate(expr, scope))
        else:
            at = machine.evaluate(key, scope)
            subscripts.set_item(machine, result, at, machine.evaluate(expr, scope))
    return result


@evaluates(tree.Starred)
def _starred(machine: Machine, node: tree.Starred, scope: Scope) -> Value:
    return machine.evaluate(node.value, scope)


@evaluates(tree.Walrus)
def _walrus(machine: Machine, node: tree.Walrus, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    while scope.kind == "comprehension" and scope.outer is not None:
        scope = scope.outer
    machine.journal.touch(scope)
    scope.names[node.target.id] = value
    return value


@evaluates(tree.Await)
def _await(machine: Machine, node: tree.Await, scope: Scope) -> Value:
    return machine.evaluate(node.value, scope)


@evaluates(tree.Yield)
def _yield(machine: Machine, node: tree.Yield, scope: Scope) -> Value:
    value = None if node.value is None else machine.evaluate(node.value, scope)
    if machine.yield_to is None:
        return machine.unknown()
    return machine.yield_to(value)


@evaluates(tree.YieldFrom)
def _yield_from(machine: Machine, node: tree.YieldFrom, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    consume = machine.yield_to
    if consume is None:
        return machine.unknown()

    def hand_on(item: Value) -> None:
        consume(item)

    iteration.for_each(machine, value, hand_on)
    return machine.unknown()


@evaluates(tree.Format)
def _format(machine: Machine, node: tree.Format, scope: Scope) -> Value:
    values = [machine.evaluate(expr, scope) for expr in node.values]
    if node.plain and all(map(text.is_plain, values)):
        return text.bounded(machine, "".join(map(str, values)))
    return machine.unknown("text")


@evaluates(tree.Function)
def _lambda(machine: Machine, node: tree.Function, scope: Scope) -> Value:
    return calls.make_function(machine, node, scope)


@evaluates(tree.Comprehension)
def _comprehension(machine: Machine, node: tree.Comprehension, scope: Scope) -> Value:
    inner = Scope(machine.epoch, "comprehension", scope.source, scope)
    made: list[tuple[Value, Value]] = []
    sure = True

    def clause(index: int) -> None:
        nonlocal sure
        if index == len(node.clauses):
            value = None if node.value is None else machine.evaluate(node.value, inner)
            made.append((machine.evaluate(node.element, inner), value))
            return
        part = node.clauses[index]
        source = machine.evaluate(part.iter, inner if index else scope)

        def once(item: Value) -> None:
            iteration.assign(machine, part.target, item, inner)
            if all(machine.truth(machine.evaluate(test, inner)) for test in part.tests):
                clause(index + 1)

        everything = iteration.ALL_OF_A_COMPREHENSION
        sure = iteration.for_each(machine, source, once, everything) and sure

    clause(0)
    if node.kind == "dict":
        result = machine.dict({}, is_open=not sure)
        for key, value in made:
            subscripts.set_item(machine, result, key, value)
        return result
    items = [item for item, _ in made]
    if node.kind == "set":
        return SetValue(machine.epoch, subscripts.distinct(items), not sure)
    made_list = machine.list(items, is_open=not sure)
    return Iterator(machine.epoch, made_list) if node.kind == "generator" else made_list
