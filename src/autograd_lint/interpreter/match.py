"""`match`: patterns against values."""

from __future__ import annotations

from autograd_lint.interpreter import attributes, classes, expressions, iteration, subscripts
from autograd_lint.interpreter.machine import Machine, Signal, executes
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Class,
    DictValue,
    Instance,
    ListValue,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree


@executes(tree.Match)
def _match(machine: Machine, node: tree.Match, scope: Scope) -> Signal | None:
    subject = machine.evaluate(node.subject, scope)
    for case in node.cases:
        if _matches(machine, case.pattern, subject, scope) and (
            case.guard is None or machine.truth(machine.evaluate(case.guard, scope))
        ):
            return machine.execute(case.body, scope)
    return None


def _matches(machine: Machine, pattern: tree.Pattern, value: Value, scope: Scope) -> bool:
    """Decide whether a pattern matches, and bind its names."""
    if isinstance(pattern, tree.ValuePattern):
        constant = machine.evaluate(pattern.value, scope)
        op = "is" if constant is None or isinstance(constant, bool) else "=="
        return machine.truth(expressions.compare(machine, op, value, constant))
    if isinstance(pattern, tree.AsPattern):
        if pattern.pattern is not None and not _matches(machine, pattern.pattern, value, scope):
            return False
        if pattern.name is not None:
            machine.journal.touch(scope)
            scope.names[pattern.name] = value
        return True
    if isinstance(pattern, tree.OrPattern):
        return any(_matches(machine, option, value, scope) for option in pattern.patterns)
    if isinstance(pattern, tree.SequencePattern):
        return _matches_sequence(machine, pattern, value, scope)
    if isinstance(pattern, tree.MappingPattern):
        return _matches_mapping(machine, pattern, value, scope)
    if isinstance(pattern, tree.ClassPattern):
        return _matches_class(machine, pattern, value, scope)
    return True


def _open_question(machine: Machine, value: Value, pattern: tree.Pattern) -> bool:
    condition = machine.unknown("condition")
    if isinstance(value, Unknown):
        machine.journal.touch(value)
        condition = value.facts.setdefault(("match", id(pattern)), condition)
    return machine.truth(condition)


def _matches_sequence(
    machine: Machine, pattern: tree.SequencePattern, value: Value, scope: Scope
) -> bool:
    if isinstance(value, Unknown):
        if not _open_question(machine, value, pattern):
            return False
    elif not isinstance(value, tuple | ListValue):
        return False
    star = any(isinstance(part, tree.StarPattern) for part in pattern.patterns)
    items = iteration.unpacked(machine, value, len(pattern.patterns))
    if items is None:
        items = [machine.unknown() for _ in pattern.patterns]
    wanted = len(pattern.patterns) - star
    if len(items) < wanted or (len(items) > wanted and not star):
        return False
    index = 0
    for part in pattern.patterns:
        if isinstance(part, tree.StarPattern):
            count = len(items) - wanted
            if part.name is not None:
                machine.journal.touch(scope)
                scope.names[part.name] = machine.list(items[index : index + count])
            index += count
        else:
            if not _matches(machine, part, items[index], scope):
                return False
            index += 1
    return True


def _matches_mapping(
    machine: Machine, pattern: tree.MappingPattern, value: Value, scope: Scope
) -> bool:
    if isinstance(value, Unknown):
        if not _open_question(machine, value, pattern):
            return False
    elif not isinstance(value, DictValue):
        return False
    for key, part in zip(pattern.keys, pattern.patterns, strict=True):
        at = machine.evaluate(key, scope)
        if isinstance(value, DictValue) and not value.open and at not in value.items:
            return False
        if not _matches(machine, part, subscripts.get_item(machine, value, at), scope):
            return False
    if pattern.rest is not None:
        machine.journal.touch(scope)
        scope.names[pattern.rest] = machine.dict({}, is_open=True)
    return True


def _matches_class(
    machine: Machine, pattern: tree.ClassPattern, value: Value, scope: Scope
) -> bool:
    cls = machine.evaluate(pattern.cls, scope)
    known = classes.is_subclass(value.cls, cls) if isinstance(value, Instance) else None
    if known is False or (known is None and not _open_question(machine, value, pattern)):
        return False
    fields: list[str] = []
    if isinstance(cls, Class):
        names = attributes.class_attribute(cls, "__match_args__")
        if isinstance(names, tuple):
            fields = list(names)
    for index, part in enumerate(pattern.patterns):
        item = value
        if index < len(fields):
            item = attributes.get_attribute(machine, value, fields[index])
        if not _matches(machine, part, item, scope):
            return False
    return all(
        _matches(machine, part, attributes.get_attribute(machine, value, name), scope)
        for name, part in pattern.keywords
    )
