"""More deliberate errors with legal twins, in the shapes that real programs give them.

Where `gambits` has the error in its plainest form, here it stands behind a helper, a method, a
callback, a container, a view, a custom function or a checkpoint, or comes out of the order of a
training loop. Names are the situation's own, so that the rest of a program does not change them.
"""

from __future__ import annotations

from collections.abc import Callable

from campaign import operators as op
from campaign.gambits import ROWS, Gambit
from campaign.writer import Writer

SAVING = (
    "{x}.exp()",
    "{x}.tanh()",
    "{x}.sigmoid()",
    "torch.relu({x})",
    "torch.softmax({x}, -1)",
    "F.elu({x} + 0, inplace=True)",
    "F.log_softmax({x}, dim=1)",
    "{x}.rsqrt()",
    "torch.tan({x})",
    "nn.Tanh()({x})",
    "nn.Sigmoid()({x})",
)
"""Operators that save their result."""

USING = (
    "{x} * {x}",
    "{x} ** 2",
    "{x}.sin()",
    "{x}.pow(3)",
    "torch.cos({x})",
    "{x} / 3 * {x}",
    "{x}.abs()",
    "F.silu({x})",
    "F.gelu({x})",
    "{x}.square()",
    "{x} @ {x}.t()",
    "F.softplus({x})",
)
"""Operators that save their operand."""

LINEAR = ("{x} + 1", "{x} * 2", "{x} - 0.5", "-{x}", "{x} / 3", "{x}.clone()", "{x}.flip(0)")

WRITES = (
    "{x}.mul_(2)",
    "{x}.add_(1)",
    "{x}.sub_(0.1)",
    "{x}.zero_()",
    "{x}.fill_(0.5)",
    "{x}.clamp_(min=0.1)",
    "{x}.neg_()",
    "{x}.copy_(torch.ones_like({x}))",
    "{x}.masked_fill_({x} > 0, 0.5)",
    "{x}.index_fill_(0, torch.tensor([0]), 1.0)",
    "{x}.detach().mul_(2)",
    "{x}.detach().zero_()",
    "{x}[0].mul_(2)",
    "{x}.narrow(0, 0, 1).fill_(0.5)",
    "{x}.view_as({x}).add_(1)",
    "torch._foreach_mul_([{x}], 2.0)",
    "torch._foreach_add_([{x}], [torch.ones_like({x})])",
    "F.hardtanh({x}, inplace=True)",
    "torch.relu_({x})",
    "nn.ReLU(inplace=True)({x})",
)
"""Writes that are expressions, to what has a dimension or more."""

ASSIGNED = (
    "{x} += 1",
    "{x} *= 2",
    "{x} -= 0.5",
    "{x} /= 2",
    "{x}[0] = 0.5",
    "{x}[:1] *= 2",
    "{x}[...] = 1.0",
    "{x}[-1] += 1",
    "{x}[{x} > 0] = 0.5",
)
"""Writes that are statements."""


def _source(p: Writer) -> str:
    """A leaf or a non-leaf of shape (2, 3) that requires grad."""
    if p.chance(0.75):
        return p.leaf(ROWS).name
    return p.any_tensor(ROWS, needs=True).name


def _fresh_non_leaf(p: Writer) -> str:
    """A non-leaf of shape (2, 3) that nothing has saved."""
    x, name = _source(p), p.fresh("start")
    p.emit(f"{name} = {p.random.choice(LINEAR).format(x=x)}")
    return name


def _any_write(p: Writer, x: str) -> None:
    """One write, as it is."""
    p.emit(p.random.choice((*WRITES, *ASSIGNED)).format(x=x))


def _write(p: Writer, x: str) -> None:
    """A write to a tensor: as it is, or behind a name, a call, a class or a container."""
    if p.chance(0.4):
        _any_write(p, x)
    else:
        p.random.choice(WAYS)(p, x)


def _by_function(p: Writer, x: str) -> None:
    name = p.fresh("touch")
    arguments, given = p.random.choice(
        (("v", "{x}"), ("v, *rest", "{x}, 1"), ("*, v", "v={x}"), ("v, by=2", "{x}"))
    )
    with p.block(f"def {name}({arguments}):"):
        _any_write(p, "v")
        if p.chance(0.3):
            p.emit("return v")
    p.emit(f"{name}({given.format(x=x)})")


def _by_lambda(p: Writer, x: str) -> None:
    name = p.fresh("change")
    p.emit(f"{name} = lambda v: {p.random.choice(WRITES).format(x='v')}")
    call = p.random.choice(("{f}({x})", "list(map({f}, [{x}]))", "[{f}(v) for v in ({x},)]"))
    p.emit(call.format(f=name, x=x))


def _by_callback(p: Writer, x: str) -> None:
    name, callback = p.fresh("notify"), p.fresh("on_step")
    with p.block(f"def {callback}(v, scale):"):
        p.emit(p.random.choice(("v.mul_(scale)", "v *= scale", "v.add_(scale)", "v[0] = scale")))
    with p.block(f"def {name}(value, callbacks=()):"), p.block("for callback in callbacks:"):
        p.emit("callback(value, 0.5)")
    p.emit(f"{name}({x}, {p.random.choice(('[{}]', '({},)', 'callbacks=[{}]')).format(callback)})")


def _by_nested(p: Writer, x: str) -> None:
    """A function without parameters that rebinds the name it writes to, or need not."""
    name = p.fresh("inner")
    with p.block(f"def {name}():"):
        if p.chance(0.4):
            p.emit(f"{'nonlocal' if p.in_function else 'global'} {x}")
            p.emit(p.random.choice(ASSIGNED).format(x=x))
        else:
            p.emit(p.random.choice(WRITES).format(x=x))
    p.emit(f"{name}()")


def _by_maker(p: Writer, x: str) -> None:
    """A function that gives a function."""
    maker, name = p.fresh("make"), p.fresh("made")
    with p.block(f"def {maker}(scale):"):
        with p.block("def apply(v):"):
            p.emit(p.random.choice(("v.mul_(scale)", "v += scale", "v[:1] -= scale")))
        p.emit("return apply")
    if p.chance(0.5):
        p.emit(f"{maker}(0.5)({x})")
    else:
        p.emit(f"{name} = {maker}(2.0)")
        p.emit(f"{name}({x})")


def _by_method(p: Writer, x: str) -> None:
    """A method, a parent's method, a class method, `__call__`."""
    kind, parent = p.fresh("Scaler"), p.fresh("Base")
    how = p.random.randrange(5)
    if how == 0:
        with p.block(f"class {kind}:"), p.block("def __call__(self, v):"):
            _any_write(p, "v")
        p.emit(f"{kind}()({x})")
        return
    decorator = "@staticmethod" if how == 1 else "@classmethod" if how == 2 else ""
    receiver = "" if how == 1 else "cls, " if how == 2 else "self, "
    with p.block(f"class {parent}:"):
        if decorator:
            p.emit(decorator)
        with p.block(f"def apply({receiver}v):"):
            _any_write(p, "v")
            p.emit("return v")
    with p.block(f"class {kind}({parent}):"):
        if how == 3:
            with p.block("def apply(self, v):"):
                p.emit(
                    p.random.choice(("return super().apply(v)", f"return {parent}.apply(self, v)"))
                )
        else:
            with p.block("def twice(self, v):"):
                p.emit("return self.apply(self.apply(v))")
    call = "twice" if how == 4 else "apply"
    p.emit(f"{kind}().{call}({x})")


def _by_loop(p: Writer, x: str) -> None:
    other = p.fresh("other")
    header = p.random.choice(
        (
            f"for v in ({x},):",
            f"for v in [{x}, torch.zeros(2, 3)]:",
            f"for _, v in enumerate([{x}]):",
            f'for _, v in {{"a": {x}}}.items():',
            f"for v, _ in zip([{x}], range(3)):",
            f"for v, u in zip([{x}], [torch.ones_like({x})]):",
            f"for v in reversed([{x}]):",
            f"for v in list({{0: {x}}}.values()):",
            f"while ({other} := {other} - 1) >= 0:",
        )
    )
    target = "v"
    if header.startswith("while"):
        p.emit(f"{other} = 2")
        target = x
    with p.block(header):
        if ", u in" in header:
            p.emit(p.random.choice(("v += u", "v.copy_(u)", "v.mul_(u)", "v.lerp_(u, 0.5)")))
        elif target == x:
            p.emit(p.random.choice(WRITES).format(x=x))
        else:
            _any_write(p, target)


def _by_container(p: Writer, x: str) -> None:
    """A dictionary, a list, a nested tuple, a namespace."""
    box = p.fresh("box")
    made, place = p.random.choice(
        (
            ('{{"h": {x}}}', '{b}["h"]'),
            ('{{"a": {{"b": [{x}, 0]}}}}', '{b}["a"]["b"][0]'),
            ("[{x}, {x}]", "{b}[-1]"),
            ("dict(h={x}, n=2)", '{b}["h"]'),
            ("(0, ({x}, None))", "{b}[1][0]"),
            ("[[{x}], [None]]", "{b}[0][0]"),
        )
    )
    p.emit(f"{box} = {made.format(x=x)}")
    place = place.format(b=box)
    if "(0," in made:
        p.emit(p.random.choice(WRITES).format(x=place))
    else:
        _any_write(p, place)


def _by_attribute(p: Writer, x: str) -> None:
    """An attribute: of a plain object, a dataclass, a named tuple."""
    kind, box = p.fresh("Box"), p.fresh("box")
    how = p.random.randrange(4)
    if how == 0:
        p.emit("from dataclasses import dataclass")
        p.emit("@dataclass")
        with p.block(f"class {kind}:"):
            p.emit("h: torch.Tensor")
            p.emit("step: int = 0")
    elif how == 1:
        p.emit("from typing import NamedTuple")
        with p.block(f"class {kind}(NamedTuple):"):
            p.emit("h: torch.Tensor")
            p.emit("step: int = 0")
    elif how == 2:
        with p.block(f"class {kind}:"):
            with p.block("def __init__(self, h):"):
                p.emit("self.h = h")
            with p.block("def update(self):"):
                _any_write(p, "self.h")
    else:
        p.emit("from types import SimpleNamespace")
        p.emit(f"{box} = SimpleNamespace(h={x})")
    if how != 3:
        p.emit(f"{box} = {kind}({x})")
    if how == 1:
        p.emit(p.random.choice(WRITES).format(x=f"{box}.h"))
    elif how == 2:
        p.emit(f"{box}.update()")
    else:
        _any_write(p, f"{box}.h")


def _by_swap(p: Writer, x: str) -> None:
    """Names that change places, and a write to one of them."""
    a, b = p.fresh("a"), p.fresh("b")
    p.emit(f"{a}, {b} = {x}, torch.zeros(2, 3)")
    p.emit(p.random.choice((f"{a}, {b} = {b}, {a}", f"({b}, {a}) = ({a}, {b})")))
    _any_write(p, b)


def _by_getattr(p: Writer, x: str) -> None:
    how = p.random.randrange(4)
    if how == 0:
        p.emit(f'getattr({x}, "mul_")(2)')
    elif how == 1:
        name = p.fresh("bound")
        p.emit(f"{name} = {x}.mul_")
        p.emit(f"{name}(2)")
    elif how == 2:
        name = p.fresh("partial")
        p.emit("import functools")
        p.emit(f"{name} = functools.partial(torch.Tensor.add_, {x})")
        p.emit(f"{name}(1)")
    else:
        p.emit(f"torch.Tensor.mul_({x}, 2)")


def _by_no_grad(p: Writer, x: str) -> None:
    with p.block(p.random.choice(("with torch.no_grad():", "with torch.set_grad_enabled(False):"))):
        _any_write(p, x)


def _by_comprehension(p: Writer, x: str) -> None:
    write = p.random.choice(WRITES).format(x="v")
    p.emit(
        p.random.choice(
            (
                f"[{write} for v in [{x}]]",
                f"_ = {{0: {write} for v in [{x}]}}",
                f"list({write} for v in [{x}])",
                f"any({write} is None for v in [{x}])",
                f"_ = [{write} for v in ({x}, None) if v is not None]",
            )
        )
    )


def _by_condition(p: Writer, x: str) -> None:
    with p.block(p.random.choice((f"if {x}.dim() == 2:", "if torch.is_grad_enabled():"))):
        _any_write(p, x)


def _by_generator(p: Writer, x: str) -> None:
    name = p.fresh("stream")
    with p.block(f"def {name}(v):"):
        p.emit(p.random.choice(("yield v", "yield from (v, v)", "yield from [v]")))
    how = p.random.randrange(3)
    if how == 0:
        p.emit(f"next({name}({x})).mul_(2)")
    else:
        with p.block(f"for v in {name}({x}):"):
            _any_write(p, "v")
            if how == 1:
                p.emit("break")


def _by_context(p: Writer, x: str) -> None:
    """A context manager of the program's own."""
    name = p.fresh("editing")
    if p.chance(0.5):
        p.emit("import contextlib")
        p.emit("@contextlib.contextmanager")
        with p.block(f"def {name}(v):"):
            if p.chance(0.5):
                _any_write(p, "v")
                p.emit("yield v")
            else:
                with p.block("try:"):
                    p.emit("yield v")
                with p.block("finally:"):
                    _any_write(p, "v")
        with p.block(f"with {name}({x}) as _:"):
            p.emit("pass")
        return
    with p.block(f"class {name.capitalize()}:"):
        with p.block("def __init__(self, v):"):
            p.emit("self.v = v")
        with p.block("def __enter__(self):"):
            p.emit("return self.v")
        with p.block("def __exit__(self, *exception):"):
            _any_write(p, "self.v")
    with p.block(f"with {name.capitalize()}({x}):"):
        p.emit("pass")


def _by_decorator(p: Writer, x: str) -> None:
    decorator, name = p.fresh("changing"), p.fresh("give")
    with p.block(f"def {decorator}(function):"):
        if p.chance(0.5):
            p.emit("import functools")
            p.emit("@functools.wraps(function)")
        with p.block("def wrapper(*args, **kwargs):"):
            p.emit("result = function(*args, **kwargs)")
            p.emit(p.random.choice(WRITES).format(x=p.random.choice(("result", "args[0]"))))
            p.emit("return result")
        p.emit("return wrapper")
    p.emit(f"@{decorator}")
    with p.block(f"def {name}(v):"):
        p.emit("return v")
    p.emit(f"{name}({x})")


def _by_property(p: Writer, x: str) -> None:
    kind, box = p.fresh("Cell"), p.fresh("cell")
    with p.block(f"class {kind}:"):
        with p.block("def __init__(self, h):"):
            p.emit("self._h = h")
        p.emit("@property")
        with p.block("def h(self):"):
            p.emit("return self._h")
        p.emit("@h.setter")
        with p.block("def h(self, value):"):
            p.emit("self._h.copy_(value)")
    p.emit(f"{box} = {kind}({x})")
    p.emit(
        p.random.choice((f"{box}.h.mul_(2)", f"{box}.h = torch.zeros(2, 3)", f"{box}.h[0] = 0.5"))
    )


def _by_operator(p: Writer, x: str) -> None:
    """A class with operators of its own."""
    kind, box = p.fresh("Wrapped"), p.fresh("wrapped")
    method, arguments, use = p.random.choice(
        (
            ("__setitem__", "self, key, value", "{b}[0] = 0.5"),
            ("__iadd__", "self, value", "{b} += 1"),
            ("__getitem__", "self, key", "_ = {b}[0]"),
            ("__call__", "self", "{b}()"),
            ("__len__", "self", "_ = len({b})"),
            ("__iter__", "self", "_ = list({b})"),
            ("__getattr__", "self, name", "_ = {b}.other"),
        )
    )
    with p.block(f"class {kind}:"):
        with p.block("def __init__(self, h):"):
            p.emit("self.h = h")
        with p.block(f"def {method}({arguments}):"):
            p.emit(p.random.choice(("self.h.mul_(2)", "self.h[0] = 0.5", "self.h.zero_()")))
            result = {"__iadd__": "self", "__len__": "1", "__iter__": "iter([self.h])"}
            p.emit(f"return {result.get(method, 'None')}")
    p.emit(f"{box} = {kind}({x})")
    p.emit(use.format(b=box))


def _by_recursion(p: Writer, x: str) -> None:
    name = p.fresh("walk")
    with p.block(f"def {name}(node):"):
        with p.block("if isinstance(node, dict):"), p.block("for value in node.values():"):
            p.emit(f"{name}(value)")
        with p.block("elif isinstance(node, (list, tuple)):"):
            p.emit(p.random.choice((f"[{name}(value) for value in node]", f"{name}(node[0])")))
        with p.block(p.random.choice(("else:", "elif torch.is_tensor(node):"))):
            _any_write(p, "node")
    shape = p.random.choice(('{{"a": [{x}]}}', "[{x}]", "({x}, [{x}])", '{{"a": {{"b": {x}}}}}'))
    p.emit(f"{name}({shape.format(x=x)})")


def _by_keywords(p: Writer, x: str) -> None:
    name = p.fresh("apply")
    how = p.random.randrange(3)
    if how == 0:
        with p.block(f"def {name}(**tensors):"), p.block("for _, v in tensors.items():"):
            _any_write(p, "v")
        p.emit(p.random.choice((f"{name}(h={x})", f'{name}(**{{"h": {x}}})')))
    elif how == 1:
        with p.block(f"def {name}(*tensors):"):
            p.emit(p.random.choice(WRITES).format(x=p.random.choice(("tensors[0]", "tensors[-1]"))))
        p.emit(p.random.choice((f"{name}({x})", f"{name}(*[{x}])", f"{name}(*({x}, {x}))")))
    else:
        with p.block(f"def {name}(v={x}):"):
            p.emit(p.random.choice(WRITES).format(x="v"))
        p.emit(f"{name}()")


def _by_dictionary(p: Writer, x: str) -> None:
    box = p.fresh("cache")
    p.emit(f"{box} = {p.random.choice(('{}', 'dict()', '{0: None}'))}")
    p.emit(
        p.random.choice(
            (f'{box}["h"] = {x}', f'{box}.setdefault("h", {x})', f"{box}.update(h={x})")
        )
    )
    place = p.random.choice(
        ('{b}["h"]', '{b}.get("h")', '{b}.pop("h")', "list({b}.values())[-1]", '{{**{b}}}["h"]')
    )
    p.emit(p.random.choice(WRITES[:7]).format(x=place.format(b=box)))


def _by_list(p: Writer, x: str) -> None:
    box = p.fresh("queue")
    if p.chance(0.3):
        p.emit("from collections import deque")
        p.emit(f"{box} = deque(maxlen=3)")
    else:
        p.emit(f"{box} = []")
    p.emit(p.random.choice((f"{box}.append({x})", f"{box}.extend([{x}])", f"{box}.insert(0, {x})")))
    place = p.random.choice(
        ("{b}[0]", "{b}.pop()", "list({b})[0]", "[*{b}][-1]", "next(iter({b}))", "tuple({b})[0]")
    )
    p.emit(p.random.choice(WRITES[:7]).format(x=place.format(b=box)))


def _by_match(p: Writer, x: str) -> None:
    value, pattern = p.random.choice(
        ((f'{{"h": {x}}}', '{"h": v}'), (f"({x}, 1)", "(v, 1)"), (f"[{x}]", "[v]"))
    )
    with p.block(f"match {value}:"), p.block(f"case {pattern}:"):
        _any_write(p, "v")


def _by_setattr(p: Writer, x: str) -> None:
    kind, box = p.fresh("Config"), p.fresh("config")
    with p.block(f"class {kind}:"):
        p.emit("h = None")
    target = kind
    if p.chance(0.6):
        p.emit(f"{box} = {kind}()")
        target = box
    p.emit(p.random.choice((f'setattr({target}, "h", {x})', f"{target}.h = {x}")))
    place = p.random.choice(("{t}.h", 'getattr({t}, "h")', 'vars({t})["h"]', '{t}.__dict__["h"]'))
    p.emit(p.random.choice(WRITES[:9]).format(x=place.format(t=target)))


def _by_library(p: Writer, x: str) -> None:
    """functools, itertools, operator."""
    module, text = p.random.choice(
        (
            ("functools", "functools.reduce(lambda a, b: a.add_(b), [{x}, torch.ones(2, 3)])"),
            ("itertools", "[v.mul_(2) for v in itertools.chain([{x}], [])]"),
            ("operator", "operator.imul({x}, 2)"),
            ("operator", 'operator.methodcaller("mul_", 2)({x})'),
            ("operator", "operator.setitem({x}, 0, 0.5)"),
            ("itertools", "[v.zero_() for v in itertools.islice([{x}, {x}], 1)]"),
            ("functools", "functools.partial(F.relu, inplace=True)({x})"),
            ("operator", "operator.itemgetter(0)([{x}]).mul_(2)"),
        )
    )
    p.emit(f"import {module}")
    p.emit(text.format(x=x))


def _by_early_return(p: Writer, x: str) -> None:
    name = p.fresh("maybe")
    with p.block(f"def {name}(v, enabled=True, mode='scale'):"):
        with p.block("if not enabled:"):
            p.emit("return v")
        with p.block("if mode == 'scale':"):
            _any_write(p, "v")
            p.emit("return v")
        p.emit("raise ValueError(mode)")
    p.emit(p.random.choice((f"{name}({x})", f"{name}({x}, mode='scale')", f"{name}({x}, True)")))


def _by_error(p: Writer, x: str) -> None:
    """In a handler, or in what follows it."""
    how = p.random.randrange(3)
    with p.block("try:"):
        p.emit(p.random.choice(('raise KeyError("none")', "{}[0]")) if how == 0 else "pass")
    if how == 2:
        with p.block("except ValueError:"):
            p.emit("pass")
    with p.block(("except KeyError:", "finally:", "else:")[how]):
        _any_write(p, x)


def _by_choice(p: Writer, x: str) -> None:
    """A conditional expression, `or`, a walrus."""
    other = p.fresh("v")
    p.emit(
        p.random.choice(
            (
                f"({x} if {x}.dim() else None).mul_(2)",
                f"(None or {x}).add_(1)",
                f"({other} := {x}).zero_()",
                f"{x} is not None and {x}.mul_(2)",
                f"[None, {x}][1].mul_(2)",
                f"{{True: {x}, False: None}}[{x}.dim() == 2].mul_(2)",
                f"(lambda: {x})().mul_(2)",
            )
        )
    )


def _by_module(p: Writer, x: str) -> None:
    """A module that writes to what it is given, or to what it holds."""
    kind, net = p.fresh("Writing"), p.fresh("writing")
    how = p.random.randrange(3)
    with p.block(f"class {kind}(nn.Module):"):
        if how == 1:
            with p.block("def __init__(self, h):"):
                p.emit("super().__init__()")
                p.emit(p.random.choice(("self.h = h", 'self.register_buffer("h", h)')))
        with p.block("def forward(self, v=None):"):
            target = "self.h" if how == 1 else "v"
            _any_write(p, target)
            p.emit(f"return {target}")
    if how == 1:
        p.emit(f"{net} = {kind}({x})")
        p.emit(f"{net}()")
    elif how == 0:
        p.emit(f"{kind}()({x})")
    else:
        p.emit(
            f"{net} = {p.random.choice(('nn.ModuleList', 'nn.Sequential', 'list'))}([{kind}()])".replace(
                "Sequential([", "Sequential(*["
            )
        )
        with p.block(f"for layer in {net}:"):
            p.emit(f"layer({x})")


def _by_depth(p: Writer, x: str) -> None:
    """One of the ways, inside a function or a method."""
    name, within = p.fresh("step"), p.in_function
    p.in_function = True
    if p.chance(0.5):
        with p.block(f"def {name}(v):"):
            p.random.choice(WAYS)(p, "v")
        p.emit(f"{name}({x})")
    else:
        with p.block(f"class {name.capitalize()}:"), p.block("def run(self, v):"):
            p.random.choice(WAYS)(p, "v")
        p.emit(f"{name.capitalize()}().run({x})")
    p.in_function = within


WAYS: tuple[Callable[[Writer, str], None], ...] = (
    _by_generator,
    _by_context,
    _by_decorator,
    _by_property,
    _by_operator,
    _by_recursion,
    _by_keywords,
    _by_dictionary,
    _by_list,
    _by_match,
    _by_setattr,
    _by_library,
    _by_early_return,
    _by_error,
    _by_choice,
    _by_module,
    _by_depth,
    _by_depth,
    _by_function,
    _by_function,
    _by_lambda,
    _by_callback,
    _by_nested,
    _by_maker,
    _by_method,
    _by_loop,
    _by_container,
    _by_attribute,
    _by_swap,
    _by_getattr,
    _by_no_grad,
    _by_comprehension,
    _by_condition,
)


def _backward(p: Writer, y: str) -> None:
    """A backward from a real tensor of any shape, in one of many forms."""
    loss, name = p.fresh("loss"), p.fresh("finish")
    how = p.random.randrange(10)
    if how < 3:
        p.emit(f"{y}.sum().backward()")
    elif how < 6:
        p.emit(f"{loss} = {p.random.choice(('{y}.mean()', '({y} ** 2).sum()')).format(y=y)}")
        p.emit(f"{loss}.backward()")
    elif how == 6:
        p.emit(f"F.mse_loss({y}, torch.zeros_like({y})).backward()")
    elif how == 7:
        p.emit(f"torch.autograd.backward([{y}.sum()])")
    elif how == 8:
        p.emit(f"{y}.backward(torch.ones_like({y}))")
    else:
        with p.block(f"def {name}(v):"):
            p.emit(f"{loss} = v.sum()")
            p.emit(f"{loss}.backward()")
        p.emit(f"{name}({y})")


def _meanwhile(p: Writer) -> None:
    """Something that does not matter."""
    if p.chance(0.4):
        p.compute()


# Further results, and operands that are no floats

PAIRS = (
    "{x}.max(1)",
    "{x}.min(dim=0)",
    "torch.max({x}, 1)",
    "torch.min({x}, -1, keepdim=True)",
    "{x}.topk(2, dim=1)",
    "torch.topk({x}, 2)",
    "{x}.sort(1)",
    "torch.sort({x}, dim=-1, descending=True)",
    "{x}.sort(dim=0, stable=True)",
    "{x}.median(1)",
    "{x}.nanmedian(dim=1)",
    "{x}.mode(1)",
    "{x}.kthvalue(1, 1)",
    "torch.kthvalue({x}, 2, dim=1)",
    "{x}.cummax(0)",
    "torch.cummin({x}, dim=1)",
)
"""A result that is differentiated, and the indices that its backward needs."""

FACTORS = (
    ("torch.linalg.svd({x}, full_matrices=False)", 3),
    ("torch.linalg.qr({x}.t() + torch.eye(3, 2))", 2),
    ("torch.linalg.eigh({x} @ {x}.t() + torch.eye(2))", 2),
    ("torch.linalg.slogdet({x} @ {x}.t() + torch.eye(2))", 2),
    ("torch.std_mean({x}, 1)", 2),
    ("torch.var_mean({x}, dim=1)", 2),
    ("torch.frexp({x})", 2),
    ("torch.native_layer_norm({x}, (3,), None, None, 1e-5)", 3),
    ("torch.aminmax({x}, dim=1)", 2),
    ("torch.linalg.inv_ex({x} @ {x}.t() + torch.eye(2))", 2),
    ("F.max_pool1d({x}[None], 2, return_indices=True)", 2),
    ("nn.MaxPool1d(2, return_indices=True)({x})", 2),
    ("nn.MultiheadAttention(3, 1)({x}, {x}, {x})", 2),
    ("nn.LSTMCell(3, 3)({x})", 2),
    ("nn.GRU(3, 3)({x})", 2),
)
"""Several results, of which each may be saved, and how many."""

INTEGER_WRITES = (
    "{i}.zero_()",
    "{i}.add_(1)",
    "{i} += 1",
    "{i} *= 0",
    "{i}[...] = 0",
    "{i}.fill_(0)",
    "{i}.clamp_(max=0)",
    "{i}.copy_(torch.zeros_like({i}))",
    "{i}.unsqueeze(0).sub_(1)",
    "{i}.detach().zero_()",
)


def further_results(p: Writer, legal: bool) -> None:
    """A result that the backward of another needs is written; legal after it, or on a clone."""
    x = _fresh_non_leaf(p)
    if p.chance(0.3):
        expression, number = p.random.choice(FACTORS)
        names = [p.fresh("factor") for _ in range(number)]
        p.emit(f"{', '.join(names)} = {expression.format(x=x)}")
        written, used = p.random.choice(names), names[0]
        if "slogdet" in expression:
            used = names[1]
        if "frexp" in expression or "Pool" in expression or "pool" in expression:
            written = names[1]
        if "LSTM" in expression:
            used = p.random.choice(names)
        if legal:
            written = _copied(p, written)
        p.emit(p.random.choice(INTEGER_WRITES).format(i=written))
        _backward(p, used)
        return
    expression = p.random.choice(PAIRS).format(x=x)
    v, i = p.fresh("values"), p.fresh("indices")
    how = p.random.randrange(5)
    if how < 2:
        p.emit(f"{v}, {i} = {expression}")
    elif how == 2:
        result = p.fresh("found")
        p.emit(f"{result} = {expression}")
        v, i = p.random.choice(
            ((f"{result}.values", f"{result}.indices"), (f"{result}[0]", f"{result}[1]"))
        )
    elif how == 3:
        p.emit(f"{v}, *{i} = {expression}")
        i = f"{i}[0]"
    else:
        name = p.fresh("best")
        with p.block(f"def {name}(t):"):
            p.emit(f"v, i = {expression.replace(x, 't')}")
            p.emit("return v, i")
        p.emit(f"{v}, {i} = {name}({x})")
    write = p.random.choice(INTEGER_WRITES)
    if "[" in i or "." in i:
        write = p.random.choice([write for write in INTEGER_WRITES if "=" not in write])
    if legal and p.chance(0.4):
        _backward(p, v)
        p.emit(write.format(i=i))
        return
    if legal:
        i = _copied(p, i)
        write = "{i}.clamp_(max=0)"
    p.emit(write.format(i=i))
    _meanwhile(p)
    _backward(p, v)


def _copied(p: Writer, x: str) -> str:
    """A name for what may be written: the values are the same, the version counter is not."""
    name = p.fresh("copy")
    p.emit(
        f"{name} = {x}{p.random.choice(('.clone()', '.detach().clone()', ' * 1', '.data', ' + 0'))}"
    )
    return name


OPERANDS = (
    ("torch.tensor([1, 0])", "{x}.index_select(0, {i})"),
    ("torch.tensor([1, 0])", "{x}[{i}]"),
    ("torch.tensor([[0, 1]])", "{x}.gather(1, {i})"),
    ("torch.tensor([[0, 1, 1]])", "torch.gather({x}, 0, {i})"),
    ("torch.tensor([0, 1])", "F.embedding({i}, {x})"),
    ("torch.tensor([0, 2])", "F.cross_entropy({x}, {i})"),
    ("torch.tensor([0, 2])", "F.nll_loss(F.log_softmax({x}, 1), {i})"),
    ("torch.tensor([0, 1])", "{x}.index_add(0, {i}, {x})"),
    ("torch.tensor([0, 1])", "{x}.index_copy(0, {i}, {x} * 2)"),
    ("torch.tensor([[0, 1, 1]])", "{x}.scatter(0, {i}, 0.5)"),
    ("torch.tensor([[0, 1, 1], [1, 1, 0]])", "{x}.scatter_add(0, {i}, {x})"),
    ("torch.tensor([[0, 1, 1], [1, 0, 0]])", "torch.zeros(2, 3).scatter(0, {i}, {x})"),
    ("torch.tensor([0, 1, 5])", "{x}.take({i})"),
    ("torch.tensor([[0, 1]])", "{x}.take_along_dim({i}, 1)"),
    ("torch.tensor([0])", "{x}.index_fill(0, {i}, 1.0)"),
    ("torch.tensor([0, 1])", "{x}.index_put(({i},), torch.ones(3))"),
    ("(torch.rand(2, 3) > 0.5)", "{x}.masked_fill({i}, 0.0)"),
    ("(torch.rand(2, 3) > 0.5)", "torch.where({i}, {x}, 0.0)"),
    ("(torch.rand(2, 3) > 0.5)", "{x}[{i}]"),
    ("(torch.rand(2, 3) > 0.5)", "{x}.masked_select({i})"),
    ("(torch.rand(2, 3) > 0.5)", "{x}.masked_scatter({i}, {x} * 2)"),
    ("torch.ones(2, 3)", "F.binary_cross_entropy_with_logits({x}, {i})"),
    ("torch.ones(2, 3)", "F.mse_loss({x}, {i})"),
    ("torch.ones(2, 3)", "F.smooth_l1_loss({x}, {i})"),
    ("torch.ones(2, 3)", "F.kl_div({x}, {i}, reduction='sum')"),
    ("torch.ones(2, 3)", "torch.addcmul({x}, {x}, {i})"),
    ("torch.ones(3)", "F.layer_norm({x}, (3,), {i})"),
    ("torch.ones(3)", "F.prelu({x}, {i})"),
    ("torch.ones(3, 3)", "F.linear({x}, {i})"),
    ("torch.ones(1, 1, 2)", "F.conv1d({x}[:, None], {i})"),
    ("torch.ones(4, 3, 3)", "F.bilinear({x}, {x}, {i})"),
    ("torch.ones(2, 3)", "F.cosine_similarity({x}, {i})"),
    ("torch.ones(2, 3)", "torch.cdist({x}, {i})"),
    ("torch.ones(2, 3)", "F.scaled_dot_product_attention({x}, {x}, {i})"),
    ("torch.ones(2, 3)", "torch.einsum('ij,kj->ik', {x}, {i})"),
    ("torch.ones(2, 3)", "torch.lerp({x}, {i}, 0.5)"),
    ("torch.ones(2, 3)", "torch.lerp({x}, {x} * 2, {i})"),
    ("torch.ones(3)", "torch.outer({x}[0], {i})"),
    ("torch.ones(3)", "torch.dot({x}[0], {i})"),
    ("torch.ones(2, 3)", "torch.kron({x}, {i})"),
)
"""Operands that need no grad, and operators that may save them."""


def operand_written(p: Writer, legal: bool) -> None:
    """An index, a mask or a target is written before the backward; legal after it."""
    x, (made, use) = _fresh_non_leaf(p), p.random.choice(OPERANDS)
    i, y = p.fresh("given"), p.fresh("y")
    p.emit(f"{i} = {made}")
    p.emit(f"{y} = {use.format(x=x, i=i)}")
    write = p.random.choice(("{i}.zero_()", "{i}.fill_(0)", "{i}[0] = 0", "{i}.copy_({i}.clone())"))
    if legal and p.chance(0.5):
        _backward(p, y)
        p.emit(write.format(i=i))
        return
    if legal:
        i = _copied(p, i)
    p.emit(write.format(i=i))
    _backward(p, y)


# Views

VIEWS = (
    "{x}.as_strided((2, 2), (3, 1))",
    "torch.as_strided({x}, (3,), (1,), 1)",
    "{x}.unfold(1, 2, 2)",
    "{x}.unfold(0, 1, 1)",
    "{x}.narrow(1, 0, 2)",
    "torch.narrow({x}, 0, 1, 1)",
    "{x}.diagonal()",
    "torch.diagonal({x}, offset=1)",
    "{x}.movedim(0, 1)",
    "torch.moveaxis({x}, 1, 0)",
    "{x}.swapaxes(0, 1)",
    "{x}.swapdims(0, 1)",
    "{x}.mT",
    "{x}.H",
    "{x}.adjoint()",
    "{x}.unflatten(1, (3, 1))",
    "{x}.flatten()",
    "{x}.ravel()",
    "{x}.reshape(3, 2)",
    "{x}.reshape(-1)",
    "{x}.view(3, 2)",
    "{x}.view(6)[1:4]",
    "{x}.select(1, 0)",
    "{x}[:, ::2]",
    "{x}[..., 1:]",
    "{x}[None, :, 0]",
    "{x}[1]",
    "{x}[:1].t()",
    "torch.atleast_3d({x})",
    "torch.squeeze({x}[:1])",
    "{x}.permute(1, 0)",
    "torch.select({x}, 0, 1)",
    "{x}.detach()",
    "{x}.view_as({x})",
    "{x}.contiguous()",
    "{x}.to(torch.float32)",
    "{x}.float()",
    "{x}.type_as({x})",
    "{x}.cpu()",
    "{x}.requires_grad_()",
    "torch.as_tensor({x})",
    "torch.real({x})",
    "{x}.expand(2, 3)",
    "{x}.expand_as({x})",
    "torch.broadcast_to({x}, (2, 3))",
    "{x}.unsqueeze(0).squeeze(0)",
    "torch.ravel({x}).view(2, 3)",
    "{x}.view(2, 3)",
    "torch.swapaxes({x}, 0, 1).reshape(6)",
    "{x}[[0, 1]]",
    "{x}.t().contiguous()",
    "{x}.resolve_conj()",
    "F.dropout({x}, 0.5, training=False)",
    "nn.Identity()({x})",
    "nn.Dropout(0.5).eval()({x})",
)
"""What shares memory, and what looks as if it did."""

VIEW_WRITES = (
    "{v}.mul_(2)",
    "{v}.add_(1)",
    "{v} += 1",
    "{v} *= 2",
    "{v}.zero_()",
    "{v}[...] = 0.5",
    "{v}[0] = 0.5",
    "{v}.fill_(1.0)",
    "{v}.clamp_(-1, 1)",
    "{v}.copy_({v}.detach().clone())",
    "{v}.exp_()",
)


def written_view(p: Writer, legal: bool) -> None:
    """A view of what was saved is written; legal where nothing saved the base."""
    start, base, v = _fresh_non_leaf(p), p.fresh("base"), p.fresh("v")
    how = p.random.randrange(4)
    template = p.random.choice(LINEAR if legal or how == 0 else SAVING)
    if how > 1:
        template = p.random.choice(LINEAR)
    view = p.random.choice(VIEWS)
    write = p.random.choice(VIEW_WRITES)
    y = base
    p.emit(f"{base} = {template.format(x=start)}")
    if how == 2:
        # The view is there before its base is used.
        p.emit(f"{v} = {view.format(x=base)}")
    if (how in (0, 2, 3)) and not legal:
        y = p.fresh("y")
        p.emit(f"{y} = {p.random.choice(USING).format(x=base)}")
    if how != 2:
        p.emit(f"{v} = {view.format(x=base)}")
    if legal and p.chance(0.3):
        v = _copied(p, v)
    p.emit(write.format(v=v))
    if legal and how == 3:
        y = p.fresh("y")
        p.emit(f"{y} = {p.random.choice(USING).format(x=base)}")
    _backward(p, y)


def complex_view(p: Writer, legal: bool) -> None:
    """The real part of a complex tensor is written; legal where nothing saved the whole."""
    a, z, y = _fresh_non_leaf(p), p.fresh("z"), p.fresh("y")
    made = p.random.choice(
        (
            "torch.complex({a}, {a})",
            "torch.view_as_complex(torch.stack([{a}, {a}], -1))",
            "torch.polar({a}.abs(), {a})",
            "{a} + 1j * {a}",
            "torch.fft.fft({a})",
            "{a}.to(torch.complex64)",
        )
    )
    p.emit(f"{z} = {made.format(a=a)}")
    saving = ("{z} * {z}", "{z}.exp()", "{z} * {z}.conj()", "{z}.sin()", "{z} ** 2")
    linear = ("{z} + 1", "{z}.conj()", "{z} * 2", "-{z}", "{z}.resolve_conj()")
    use = p.random.choice(linear if legal else saving).format(z=z)
    p.emit(f"{y} = {use}")
    part = p.random.choice(
        (
            "torch.view_as_real({z})",
            "{z}.real",
            "{z}.imag",
            "torch.real({z})",
            "torch.view_as_real({z})[..., 0]",
            "{z}.T.real",
        )
    )
    target = y if use.endswith(".exp()") else z
    v = p.fresh("part")
    p.emit(f"{v} = {part.format(z=target)}")
    p.emit(p.random.choice((f"{v}.mul_(2)", f"{v}.zero_()", f"{v} += 1", f"{v}[0] = 0.5")))
    out = p.random.choice(
        ("{y}.abs()", "torch.view_as_real({y}.resolve_conj())", "{y}.real", "{y}.imag")
    )
    _backward(p, out.format(y=y))


# Custom functions


def _custom(p: Writer, saves: str, how: str) -> str:
    """A custom function of one tensor, and what its forward saves."""
    kind = p.fresh(p.random.choice(("Plant", "Scale", "Clamp")))
    body = p.random.choice(("v.exp()", "v * 3", "v.sin()", "v.clamp(min=0)", "v.clone()"))
    with p.block(f"class {kind}(torch.autograd.Function):"):
        p.emit("@staticmethod")
        arguments = p.random.choice(("v", "v", "v, scale=2.0"))
        if how == "setup":
            with p.block("def forward(v):"):
                p.emit(f"return {body}")
            p.emit("@staticmethod")
            with p.block("def setup_context(ctx, inputs, output):"):
                p.emit("(v,) = inputs")
                if saves != "nothing":
                    p.emit(f"ctx.save_for_backward({'v' if saves == 'input' else 'output'})")
            arguments = "v"
        else:
            with p.block(f"def forward(ctx, {arguments}):"):
                if saves == "input" and p.chance(0.5):
                    p.emit("ctx.save_for_backward(v)")
                    p.emit(f"return {body}")
                else:
                    p.emit(f"result = {body}")
                    if saves == "attribute":
                        p.emit("ctx.kept = result")
                    elif saves != "nothing":
                        p.emit(f"ctx.save_for_backward({'v' if saves == 'input' else 'result'})")
                    p.emit("return result")
        p.emit("@staticmethod")
        if p.chance(0.2):
            p.emit("@torch.autograd.function.once_differentiable")
        with p.block("def backward(ctx, grad):"):
            result = "grad * 2"
            if saves == "attribute":
                result = "grad * ctx.kept"
            elif saves != "nothing":
                unpack = p.random.choice(("(kept,) = ", "kept, = ", "kept = "))
                p.emit(f"{unpack}ctx.saved_tensors{'[0]' if unpack == 'kept = ' else ''}")
                result = p.random.choice(("grad * kept", "grad * kept.cos()", "grad * (kept > 0)"))
            count = 2 if "scale" in arguments else 1
            if how == "count":
                count = p.random.choice((0, 3))
            further = p.random.choice(("None", "None", "grad" if how == "count" else "None"))
            if count == 0:
                p.emit(f"return {result}, {result}, {result}")
            else:
                p.emit(f"return {', '.join([result] + [further] * (count - 1))}")
    return kind


def custom_saved(p: Writer, legal: bool) -> None:
    """What a custom function saved is written; legal where it saved something else."""
    saves = p.random.choice(("input", "result"))
    kind = _custom(p, saves, p.random.choice(("", "", "setup")))
    x, y = _fresh_non_leaf(p), p.fresh("y")
    p.emit(f"{y} = {kind}.apply({x})")
    target = {"input": x, "result": y}[saves]
    if legal and p.chance(0.4):
        _backward(p, y)
        p.emit(p.random.choice(WRITES).format(x=target))
        return
    if legal:
        target = _copied(p, target)
    _write(p, target)
    _backward(p, y)


def custom_kept(p: Writer, legal: bool) -> None:
    """A custom function keeps nothing, or an attribute: writes are legal, and so is going twice."""
    saves = p.random.choice(("nothing", "attribute")) if legal else "input"
    kind = _custom(p, saves, "" if saves == "attribute" else p.random.choice(("", "setup")))
    x, y = _source(p), p.fresh("y")
    p.emit(f"{y} = {kind}.apply({x})")
    if not legal or p.chance(0.5):
        first, second = f"{y}.sum()", f"{y}.mean()"
        if p.chance(0.5):
            p.emit(f"{first}.backward()")
            p.emit(f"{second}.backward()")
        else:
            with p.block("for _ in range(2):"):
                p.emit(f"{first}.backward()")
        return
    _write(p, y)
    _backward(p, y)


def custom_dirty(p: Writer, legal: bool) -> None:
    """A custom function marks its input as written; legal for what is no leaf."""
    kind, y = p.fresh("InPlace"), p.fresh("y")
    saves = p.chance(0.3)
    with p.block(f"class {kind}(torch.autograd.Function):"):
        p.emit("@staticmethod")
        with p.block("def forward(ctx, v):"):
            p.emit(p.random.choice(("v.mul_(2)", "v.clamp_(min=0)", "v.add_(1)", "v *= 2")))
            p.emit("ctx.mark_dirty(v)")
            if saves:
                p.emit("ctx.save_for_backward(v)")
            p.emit("return v")
        p.emit("@staticmethod")
        with p.block("def backward(ctx, grad):"):
            if saves:
                p.emit("(v,) = ctx.saved_tensors")
                p.emit("return grad * (v > 0)")
            else:
                p.emit("return grad * 2")
    how = p.random.randrange(3)
    if legal or how == 1:
        x = _fresh_non_leaf(p)
        if not legal:
            # It was saved before.
            old = p.fresh("old")
            p.emit(f"{old} = {p.random.choice(USING).format(x=x)}")
            p.emit(f"{y} = {kind}.apply({x})")
            _backward(p, old)
            return
        if p.chance(0.3):
            x = f"{x}[:1]"
    else:
        x = p.leaf(ROWS).name
        if how == 2:
            x = f"{x}[0]"
    p.emit(f"{y} = {kind}.apply({x})")
    _backward(p, y)


def custom_count(p: Writer, legal: bool) -> None:
    """A custom backward gives the wrong number of gradients; legal with one for each input."""
    kind = _custom(p, p.random.choice(("input", "result", "nothing")), "" if legal else "count")
    y = p.fresh("y")
    p.emit(f"{y} = {kind}.apply({_source(p)})")
    _meanwhile(p)
    _backward(p, y)


def custom_two(p: Writer, legal: bool) -> None:
    """A custom function of two inputs with two results; a write to what it saved raises."""
    kind = p.fresh("Mix")
    saved = p.random.choice(("a, b", "a", "b"))
    with p.block(f"class {kind}(torch.autograd.Function):"):
        p.emit("@staticmethod")
        with p.block("def forward(ctx, a, b):"):
            p.emit(f"ctx.save_for_backward({saved})")
            p.emit("return a * b, a + b")
        p.emit("@staticmethod")
        with p.block("def backward(ctx, grad, other):"):
            p.emit(f"{saved}{',' if len(saved) == 1 else ''} = ctx.saved_tensors")
            p.emit(f"return grad * {saved[-1]} + other, grad * {saved[0]} + other")
    a, b = _fresh_non_leaf(p), p.fresh("constant")
    p.emit(f"{b} = torch.ones(2, 3)")
    first, second = p.fresh("prod"), p.fresh("total")
    p.emit(f"{first}, {second} = {kind}.apply({a}, {b})")
    inputs = {"a": a, "b": b}
    able = [inputs[one] for one in ("a", "b") if (one in saved) != legal]
    if not able:
        able = [_copied(p, a)]
    target = p.random.choice(able)
    p.emit(p.random.choice((f"{target}.mul_(2)", f"{target}.zero_()", f"{target}[0] = 1.0")))
    _backward(p, p.random.choice((first, second, f"({first} + {second})")))


# Checkpoints


def _checkpointed(p: Writer, body: str, x: str, reentrant: bool) -> str:
    """A call of checkpoint with a function, a lambda or a module."""
    p.emit("from torch.utils.checkpoint import checkpoint")
    how, y = p.random.randrange(4), p.fresh("y")
    flag = f"use_reentrant={reentrant}"
    name = p.fresh("segment")
    if how == 0:
        function = f"lambda v: {body}"
    elif how == 1:
        function = name
        with p.block(f"def {name}(v):"):
            p.emit(f"h = {body}")
            p.emit("return h")
    else:
        kind, function = p.fresh("Segment"), name
        with p.block(f"class {kind}(nn.Module):"):
            with p.block("def __init__(self):"):
                p.emit("super().__init__()")
                p.emit("self.fc = nn.Linear(3, 3)")
            with p.block("def run(self, v):"):
                p.emit(f"return {body.replace('v', 'self.fc(v)', 1) if how == 2 else body}")
            with p.block("def forward(self, v):"):
                if how == 2:
                    p.emit("return self.run(v)")
                else:
                    p.emit(f"return checkpoint(self.run, v, {flag})")
        p.emit(f"{name} = {kind}()")
        if how == 3:
            p.emit(f"{y} = {name}({x})")
            return y
    p.emit(f"{y} = checkpoint({function}, {x}, {flag})")
    return y


def checkpointed(p: Writer, legal: bool) -> None:
    """A checkpoint is gone through twice, or its input is written."""
    x = _fresh_non_leaf(p)
    body = p.random.choice((*SAVING, *USING[:-2])).format(x="v")
    if "v @" in body:
        body = "v.exp() * v"
    y = _checkpointed(p, body, x, p.chance(0.4))
    how = p.random.randrange(3)
    if how == 0:
        if not legal:
            _write(p, x)
        elif p.chance(0.5):
            _write(p, y)
        _plain_backward(p, y)
        return
    retain = "retain_graph=True" if legal and p.chance(0.6) else ""
    if how == 1:
        p.emit(f"{y}.sum().backward({retain})")
        if legal and not retain:
            return
        p.emit(f"{y}.{p.random.choice(('sum', 'mean'))}().backward()")
        return
    rounds = 1 if legal else 2
    with p.block(f"for _ in range({rounds}):"):
        p.emit(f"({y} * 2).sum().backward()")


def _plain_backward(p: Writer, y: str) -> None:
    p.emit(f"{y}.{p.random.choice(('sum', 'mean'))}().backward()")


def checkpointed_write(p: Writer, legal: bool) -> None:
    """A write inside a checkpointed function."""
    x, name, y = _fresh_non_leaf(p), p.fresh("segment"), p.fresh("y")
    p.emit("from torch.utils import checkpoint as ck")
    with p.block(f"def {name}(v, w=1.0):"):
        p.emit(f"h = {p.random.choice(LINEAR if legal else SAVING).format(x='v')}")
        p.emit(p.random.choice((*WRITES[:10], *ASSIGNED)).format(x="h"))
        p.emit("return h * w")
    flag = p.random.choice(("True", "True", "False"))
    p.emit(f"{y} = ck.checkpoint({name}, {x}, 2.0, use_reentrant={flag})")
    _plain_backward(p, y)


# Gradients of gradients


def grad_then_backward(p: Writer, legal: bool) -> None:
    """`torch.autograd.grad`, then a backward of the same; legal with a retained graph."""
    w, loss = p.leaf(ROWS).name, p.fresh("loss")
    body = p.random.choice((*SAVING, *USING)).format(x=w)
    p.emit(f"{loss} = ({body}).sum()")
    keep = p.random.choice((", retain_graph=True", ", create_graph=True")) if legal else ""
    grads = f"torch.autograd.grad({loss}, {p.random.choice((w, f'[{w}]', f'({w},)'))}{keep})"
    how, g = p.random.randrange(4), p.fresh("g")
    if how == 0:
        p.emit(f"({g},) = {grads}")
    elif how == 1:
        p.emit(f"{g} = {grads}[0]")
    elif how == 2:
        name = p.fresh("gradient")
        keyword = p.random.choice(("", "retain_graph=False", "create_graph=False"))
        if legal:
            keyword = "retain_graph=True"
        with p.block(f"def {name}(value, at, {keyword or 'unused=False'}):"):
            call = f"{keyword.partition('=')[0]}={keyword.partition('=')[0]}" if keyword else ""
            p.emit(f"return torch.autograd.grad(value, at, {call})[0]")
        p.emit(f"{g} = {name}({loss}, {w})")
    else:
        p.emit(f"{g} = [v * 2 for v in {grads}]")
    _meanwhile(p)
    p.emit(f"{loss}.backward()")


def penalty(p: Writer, legal: bool) -> None:
    """A gradient penalty alone; legal with create_graph=True."""
    net, x, out, g = p.fresh("critic"), p.fresh("mixed"), p.fresh("out"), p.fresh("g")
    act = p.random.choice(("nn.Tanh()", "nn.Sigmoid()", "nn.Softplus()", "nn.ReLU()", "nn.ELU()"))
    p.emit(f"{net} = nn.Sequential(nn.Linear(3, 4), {act}, nn.Linear(4, 1))")
    alpha = p.random.choice(("torch.rand(2, 1)", "0.5"))
    p.emit(f"{x} = ({alpha} * torch.randn(2, 3) + torch.ones(2, 3)).requires_grad_()")
    p.emit(f"{out} = {net}({x})")
    create = "create_graph=True" if legal else p.random.choice(("", "retain_graph=True"))
    at = p.random.choice((x, f"inputs={x}", f"[{x}]"))
    form = p.random.choice(
        (f"{out}.sum(), {at}", f"outputs={out}, inputs={x}, grad_outputs=torch.ones_like({out})")
    )
    p.emit(f"{g} = torch.autograd.grad({form}{', ' if create else ''}{create})[0]")
    loss = p.fresh("penalty")
    p.emit(
        p.random.choice(
            (
                f"{loss} = (({g}.norm(2, dim=1) - 1) ** 2).mean()",
                f"{loss} = {g}.view({g}.size(0), -1).norm(dim=1).mean()",
                f"{loss} = {g}.pow(2).sum()",
            )
        )
    )
    how = p.random.randrange(3)
    if how == 0:
        p.emit(f"{loss}.backward()")
    elif how == 1:
        # Its graph is freed, or kept, and the output goes backward besides.
        p.emit(f"({out}.mean() + 10 * {loss}).backward()")
    else:
        p.emit(f"{loss}.backward({p.random.choice(('', 'retain_graph=True'))})")
        p.emit(f"{out}.mean().backward()")


FUNCTIONALS = (
    ("torch.autograd.functional.jacobian({f}, {x})", False),
    ("torch.autograd.functional.jacobian({f}, {x}, create_graph=True)", True),
    ("torch.autograd.functional.vjp({f}, {x}, torch.ones_like({f}({x})))[1]", False),
    (
        "torch.autograd.functional.vjp({f}, {x}, torch.ones_like({f}({x})), create_graph=True)[1]",
        True,
    ),
    ("torch.autograd.functional.jvp({f}, {x}, torch.ones_like({x}))[1]", False),
    ("torch.func.jacrev({f})({x})", True),
    ("torch.func.vjp({f}, {x})[1](torch.ones_like({f}({x})))[0]", True),
    ("torch.func.grad(lambda v: {f}(v).sum())({x})", True),
    ("torch.func.grad_and_value(lambda v: {f}(v).sum())({x})[0]", True),
    ("torch.func.vmap({f})({x})", True),
    ("torch.autograd.functional.hessian(lambda v: {f}(v).sum(), {x})", False),
    ("torch.autograd.functional.hvp(lambda v: {f}(v).sum(), {x}, torch.ones_like({x}))[1]", False),
    ("torch.func.hessian(lambda v: {f}(v).sum())({x})", True),
    ("torch.func.functional_call(nn.Tanh(), {{}}, ({f}({x}),))", True),
)
"""Derivatives of a function at a tensor, and whether they can be differentiated themselves."""


def functional(p: Writer, legal: bool) -> None:
    """A functional derivative goes backward; legal where it has a graph."""
    w, f, g = p.leaf(ROWS).name, p.fresh("f"), p.fresh("g")
    with p.block(f"def {f}(v):"):
        p.emit(f"h = {p.random.choice(('v ** 3', 'v.exp()', 'v * v * v', 'v.sin()')).format()}")
        if not legal and p.chance(0.5):
            # It writes to its argument, or to what was saved.
            p.emit(p.random.choice(("v.mul_(2)", "v += 1", "h.zero_()", "h *= 2", "v[0] = 0.5")))
        p.emit("return h")
    able = [text for text, graph in FUNCTIONALS if graph or not legal]
    x = w if p.chance(0.6) else f"({w} * 2)"
    p.emit(f"{g} = {p.random.choice(able).format(f=f, x=x)}")
    p.emit(f"{g}.sum().backward()" if p.chance(0.7) else f"{p.fresh('n')} = {g}.norm()")


# The order of a training loop


def _network(p: Writer, stem: str, out: int = 3) -> str:
    name = p.fresh(stem)
    act = p.random.choice(("nn.ReLU()", "nn.Tanh()", "nn.LeakyReLU(0.2)", "nn.ReLU(inplace=True)"))
    if p.chance(0.5):
        p.emit(f"{name} = nn.Sequential(nn.Linear(3, 4), {act}, nn.Linear(4, {out}))")
        return name
    kind = p.fresh(stem.capitalize())
    with p.block(f"class {kind}(nn.Module):"):
        with p.block("def __init__(self):"):
            p.emit("super().__init__()")
            p.emit("self.inner = nn.Linear(3, 4)")
            p.emit(f"self.outer = nn.Linear(4, {out})")
        with p.block("def forward(self, v):"):
            body = p.random.choice(
                ("torch.relu(self.inner(v))", "F.leaky_relu(self.inner(v))", "self.inner(v).tanh()")
            )
            p.emit(f"return self.outer({body})")
    p.emit(f"{name} = {kind}()")
    return name


def _stepper(p: Writer, stem: str, *nets: str) -> str:
    name = p.fresh(stem)
    kind = p.random.choice(
        ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adamax", "NAdam", "Rprop", "Adadelta")
    )
    parameters = f"{nets[0]}.parameters()"
    if len(nets) > 1:
        parts = [f"{net}.parameters()" for net in nets]
        parameters = p.random.choice(
            (
                f"[*{', *'.join(parts)}]",
                " + ".join(f"list({part})" for part in parts),
                "[" + ", ".join(f'{{"params": {part}}}' for part in parts) + "]",
            )
        )
    p.emit(f"{name} = torch.optim.{kind}({parameters}, lr=0.01)")
    return name


def adversarial(p: Writer, legal: bool) -> None:
    """The discriminator steps between the generator's forward through it and its backward."""
    g, d = _network(p, "gen"), _network(p, "disc", 1)
    opt_g, opt_d = _stepper(p, "opt_g", g), _stepper(p, "opt_d", d)
    fake, real, d_loss, g_loss = (p.fresh(s) for s in ("fake", "real", "d_loss", "g_loss"))
    p.emit(f"{real} = torch.randn(2, 3)")
    name = p.fresh("train")
    in_function, loop = p.chance(0.4), p.chance(0.4)

    def body() -> None:
        p.emit(f"{fake} = {g}(torch.randn(2, 3))")
        generator_loss = p.random.choice(
            (
                f"{g_loss} = -{d}({fake}).mean()",
                f"{g_loss} = F.binary_cross_entropy_with_logits({d}({fake}), torch.ones(2, 1))",
                f"{g_loss} = F.softplus(-{d}({fake})).mean()",
            )
        )
        early = not legal or p.chance(0.3)
        if early and not legal:
            p.emit(generator_loss)
        if p.chance(0.6):
            p.emit(f"{opt_d}.zero_grad()")
        cut = "" if not legal and p.chance(0.15) else ".detach()"
        p.emit(f"{d_loss} = {d}({fake}{cut}).mean() - {d}({real}).mean()")
        p.emit(f"{d_loss}.backward()")
        if legal and early:
            p.emit(generator_loss)
            p.emit(f"{g_loss}.backward()")
            p.emit(f"{opt_d}.step()")
        else:
            p.emit(f"{opt_d}.step()")
            if legal:
                p.emit(generator_loss)
            if p.chance(0.6):
                p.emit(f"{opt_g}.zero_grad()")
            p.emit(f"{g_loss}.backward()")
        p.emit(f"{opt_g}.step()")

    def looped() -> None:
        if loop:
            with p.block(f"for _ in range({p.random.choice((1, 2))}):"):
                body()
        else:
            body()

    if in_function:
        with p.block(f"def {name}():"):
            looped()
        p.emit(f"{name}()")
    else:
        looped()


def actor_critic(p: Writer, legal: bool) -> None:
    """One of two heads on a shared encoder steps before the other goes backward."""
    encoder, actor, critic = _network(p, "encoder"), _network(p, "actor"), _network(p, "critic", 1)
    shared = p.chance(0.5)
    first = _stepper(p, "opt_a", *((encoder, actor) if shared else (actor,)))
    second = _stepper(p, "opt_c", *((critic, encoder) if shared else (critic,)))
    h, value, a_loss, c_loss = (p.fresh(s) for s in ("h", "value", "a_loss", "c_loss"))
    p.emit(f"{h} = {encoder}(torch.randn(2, 3)){p.random.choice(('', '.tanh()', '.relu()'))}")
    p.emit(f"{value} = {critic}({h}).squeeze(-1)")
    cut = ".detach()" if legal or p.chance(0.5) else ""
    p.emit(f"{a_loss} = -({actor}({h}).log_softmax(-1)[:, 0] * {value}{cut}).mean()")
    p.emit(f"{c_loss} = F.mse_loss({value}, torch.ones(2))")
    if legal:
        how = p.random.randrange(3)
        if how == 0:
            p.emit(f"({a_loss} + {c_loss}).backward()")
        else:
            p.emit(f"{a_loss}.backward(retain_graph=True)")
            p.emit(f"{c_loss}.backward()")
        p.emit(f"{first}.step()")
        p.emit(f"{second}.step()")
        return
    retain = p.random.choice(("retain_graph=True", "retain_graph=True", ""))
    p.emit(f"{a_loss}.backward({retain})")
    p.emit(f"{first}.step()")
    p.emit(f"{c_loss}.backward()")
    p.emit(f"{second}.step()")


def weights_changed(p: Writer, legal: bool) -> None:
    """Weights are clipped, averaged, copied or made anew; legal before the forward, or unseen."""
    net = _network(p, p.random.choice(("critic", "net")))
    out, x = p.fresh("out"), p.leaf(ROWS).name
    change = p.random.randrange(9)
    other = ""
    if change in (2, 3, 4, 5):
        other = p.fresh("target")
        p.emit("import copy")
        p.emit(f"{other} = copy.deepcopy({net})")
        if p.chance(0.3):
            with p.block(f"for q in {net}.parameters():"):
                p.emit("q.data.mul_(0.5)")

    def changed() -> None:
        loop = p.random.choice(
            (f"for q in {net}.parameters():", f"for _, q in {net}.named_parameters():")
        )
        pairs = f"for q, r in zip({net}.parameters(), {other}.parameters()):"
        if change in (0, 6):
            with p.block(loop):
                p.emit("q.data.clamp_(-0.01, 0.01)")
        elif change == 1:
            with p.block("with torch.no_grad():"), p.block(loop):
                p.emit(p.random.choice(("q.clamp_(-0.01, 0.01)", "q.mul_(0.9)", "q -= 0.1 * q")))
        elif change == 2:
            with p.block("with torch.no_grad():"), p.block(pairs):
                p.emit(
                    p.random.choice(
                        (
                            "q.mul_(0.9).add_(r, alpha=0.1)",
                            "q.lerp_(r, 0.1)",
                            "q.copy_(0.9 * q + 0.1 * r)",
                        )
                    )
                )
        elif change == 3:
            p.emit(f"{net}.load_state_dict({other}.state_dict())")
        elif change == 4:
            name = p.fresh("soft_update")
            p.emit("@torch.no_grad()")
            with (
                p.block(f"def {name}(target, source, tau=0.1):"),
                p.block("for q, r in zip(target.parameters(), source.parameters()):"),
            ):
                p.emit(p.random.choice(("q.copy_(r)", "q.mul_(1 - tau).add_(tau * r)")))
            p.emit(f"{name}({net}, {other})")
        elif change == 5:
            with p.block(pairs):
                p.emit("q.data.copy_(0.9 * q.data + 0.1 * r.data)")
        elif change == 7:
            with (
                p.block(f"for layer in {net}.modules():"),
                p.block("if isinstance(layer, nn.Linear):"),
            ):
                p.emit(
                    p.random.choice(
                        (
                            "nn.init.normal_(layer.weight)",
                            "nn.init.xavier_uniform_(layer.weight)",
                            "nn.init.zeros_(layer.bias)",
                            "nn.init.orthogonal_(layer.weight)",
                            "nn.init.constant_(layer.weight, 0.1)",
                            "layer.reset_parameters()",
                        )
                    )
                )
        else:
            name = p.fresh("reset")
            with p.block(f"def {name}(layer):"), p.block("if hasattr(layer, 'reset_parameters'):"):
                p.emit("layer.reset_parameters()")
            p.emit(f"{net}.apply({name})")

    if legal and p.chance(0.5):
        changed()
    p.emit(f"{out} = {net}({x})")
    if not legal or change in (0, 5, 6):
        changed()
    _backward(p, out)
    if legal and p.chance(0.5):
        changed()


# State that is carried along


def carried_hidden(p: Writer, legal: bool) -> None:
    """A recurrent state goes through the rounds; legal where it is detached in between."""
    kind = p.random.choice(("LSTM", "GRU", "LSTM", "RNN"))
    cell, h, out, loss, i = (p.fresh(s) for s in ("rnn", "hidden", "out", "loss", "i"))
    repackage, net = p.fresh("repackage"), p.fresh("Tagger")
    form = p.random.randrange(4)
    cut = ""
    if form == 0:
        with p.block(f"def {repackage}(h):"):
            with p.block("if isinstance(h, torch.Tensor):"):
                p.emit("return h.detach()")
            p.emit(f"return tuple({repackage}(v) for v in h)")
        cut = f"{h} = {repackage}({h})"
    elif form == 1:
        cut = f"{h} = {h}.detach()"
        if kind == "LSTM":
            cut = p.random.choice(
                (
                    f"{h} = ({h}[0].detach(), {h}[1].detach())",
                    f"{h} = tuple(v.detach() for v in {h})",
                    f"{h} = [v.detach() for v in {h}]",
                )
            )
    elif form == 2:
        cut = f"{h} = tuple(v.data for v in {h})" if kind == "LSTM" else f"{h} = {h}.data"
    elif kind == "LSTM":
        cut = f"[v.detach_() for v in {h}]"
    else:
        cut = f"{h}.detach_()"
    start = p.random.choice(("torch.zeros(1, 2, 3)", "torch.zeros(1, 2, 3)", "None"))
    if p.chance(0.45):
        attribute = cut.replace(h, "self.h")
        with p.block(f"class {net}(nn.Module):"):
            with p.block("def __init__(self):"):
                p.emit("super().__init__()")
                p.emit(f"self.rnn = nn.{kind}(3, 3)")
                if kind == "LSTM" and start != "None":
                    p.emit(f"self.h = ({start}, {start})")
                else:
                    p.emit(f"self.h = {start}")
            with p.block("def forward(self, v):"):
                if legal:
                    if start == "None":
                        with p.block("if self.h is not None:"):
                            p.emit(attribute)
                    else:
                        p.emit(attribute)
                p.emit("out, self.h = self.rnn(v, self.h)")
                p.emit("return out")
        p.emit(f"{cell} = {net}()")
        with p.block(f"for {i} in range({p.random.choice((2, 3))}):"):
            p.emit(f"{loss} = {cell}(torch.randn(4, 2, 3)).pow(2).mean()")
            p.emit(f"{loss}.backward()")
        return
    p.emit(f"{cell} = nn.{kind}(3, 3)")
    if kind == "LSTM" and start != "None":
        p.emit(f"{h} = ({start}, {start})")
    else:
        p.emit(f"{h} = {start}")
    with p.block(f"for {i} in range({p.random.choice((2, 3))}):"):
        if legal and start != "None":
            p.emit(cut)
        p.emit(f"{out}, {h} = {cell}(torch.randn(4, 2, 3), {h})")
        p.emit(f"{loss} = {out}.{p.random.choice(('sum()', 'pow(2).mean()', 'tanh().mean()'))}")
        p.emit(f"{loss}.backward()")
        if legal and start == "None":
            p.emit(cut)


def state_written(p: Writer, legal: bool) -> None:
    """A state that the graph needs is zeroed in place; legal on new memory."""
    kind, name = p.fresh("Memory"), p.fresh("memory")
    w = p.leaf(ROWS).name
    use = p.random.choice(("self.h * v", "torch.tanh(self.h * v)", "v / self.h", "v ** self.h"))
    if legal and p.chance(0.4):
        use = p.random.choice(("self.h + v", "self.h - v"))
    with p.block(f"class {kind}:"):
        with p.block("def __init__(self):"):
            p.emit("self.h = torch.ones(2, 3)")
        with p.block("def read(self, v):"):
            p.emit(f"return {use}")
        with p.block("def reset(self):"):
            if legal:
                p.emit(
                    p.random.choice(
                        ("self.h = torch.zeros(2, 3)", "self.h = self.h * 0", "self.h.data.zero_()")
                    )
                )
            else:
                p.emit(
                    p.random.choice(
                        ("self.h.zero_()", "self.h *= 0", "self.h[0] = 0.0", "self.h[:] = 1.0")
                    )
                )
    p.emit(f"{name} = {kind}()")
    y = p.fresh("y")
    p.emit(f"{y} = {name}.read({w})")
    p.emit(f"{name}.reset()")
    _backward(p, y)


def running_statistics(p: Writer, legal: bool) -> None:
    """Registered buffers that forward writes to, called twice before the backward."""
    kind, name, w = p.fresh("Normalize"), p.fresh("norm"), p.leaf(ROWS).name
    a, b = p.fresh("y"), p.fresh("y")
    with p.block(f"class {kind}(nn.Module):"):
        with p.block("def __init__(self):"):
            p.emit("super().__init__()")
            p.emit('self.register_buffer("mean", torch.zeros(3))')
            p.emit('self.register_buffer("count", torch.tensor(1.0))')
        with p.block("def forward(self, v):"):
            detached = p.random.choice(("v.detach().mean(0)", "v.mean(0).detach()"))
            update = p.random.choice(
                (
                    "self.mean.mul_(0.9).add_({m}, alpha=0.1)",
                    "self.mean.lerp_({m}, 0.1)",
                    "self.mean += 0.1 * ({m} - self.mean)",
                    "self.mean.copy_({m})",
                )
            )
            if legal:
                update = p.random.choice(("self.mean = 0.9 * self.mean + 0.1 * {m}", update))
            p.emit(update.format(m=detached))
            p.emit("self.count += 1")
            if legal:
                p.emit(p.random.choice(("return v - self.mean", "return v * self.mean.clone()")))
            else:
                p.emit(p.random.choice(("return v * self.mean", "return v / self.count")))
    p.emit(f"{name} = {kind}()")
    p.emit(f"{a} = {name}({w})")
    p.emit(f"{b} = {name}({w} * 2)")
    _backward(p, p.random.choice((a, f"({a} + {b})")))


# Buffers that are filled


def filled_buffer(p: Writer, legal: bool) -> None:
    """A buffer is filled row by row from its own rows; legal from a list, or saving nothing."""
    w, b, i, n = p.leaf((3,)).name, p.fresh("buf"), p.fresh("i"), p.random.choice((2, 3, 4))
    p.emit(f"{b} = torch.zeros({n + 1}, 3)")
    how = p.random.randrange(4)
    saving = (
        "torch.sin({r}) * {w}",
        "{r} * {w}",
        "({r} + {w}) ** 2 * {r}",
        "torch.cos({r}) + {w}",
        "{r} * {w} + {r}",
    )
    linear = ("{r} + {w}", "torch.tanh({r} + {w})", "torch.sigmoid({r} - {w})", "0.5 * {r} + {w}")
    if legal and how < 2:
        rows = p.fresh("rows")
        p.emit(f"{rows} = [torch.zeros(3)]")
        with p.block(f"for {i} in range({n}):"):
            body = p.random.choice((*saving, *linear)).format(r=f"{rows}[-1]", w=w)
            p.emit(f"{rows}.append({body})")
        _backward(p, f"torch.{p.random.choice(('stack', 'cat'))}({rows})")
        return
    body = p.random.choice(linear if legal else saving)
    if p.chance(0.4):
        kind, name = p.fresh("Rollout"), p.fresh("rollout")
        with p.block(f"class {kind}:"):
            with p.block("def __init__(self):"):
                p.emit(f"self.buf = torch.zeros({n + 1}, 3)")
            with p.block("def run(self, w):"):
                with p.block(f"for {i} in range({n}):"):
                    text = body.format(r=f"self.buf[{i}]", w="w")
                    p.emit(f"self.buf[{i} + 1]{p.random.choice((' =', ' +='))} {text}")
                p.emit("return self.buf")
        p.emit(f"{name} = {kind}()")
        _backward(p, f"{name}.run({w})")
        return
    with p.block(f"for {i} in range({'1, ' if how == 2 else ''}{n}):"):
        row, last = (f"{b}[{i}]", f"{b}[{i} - 1]") if how == 2 else (f"{b}[{i} + 1]", f"{b}[{i}]")
        text = body.format(r=last, w=w)
        p.emit(
            p.random.choice(
                (
                    f"{row} = {text}",
                    f"{row}.copy_({text})",
                    f"{row} += {text}",
                    f"{row}[:] = {text}",
                )
            )
        )
    _backward(p, p.random.choice((b, f"{b}[-1]", f"{b}[1:]")))


def stored_write(p: Writer, legal: bool) -> None:
    """What lies in a container was saved, and is written through it; legal where it was not."""
    n, group, i = p.random.choice((2, 3)), p.fresh("group"), p.fresh("i")
    w = p.leaf(ROWS).name
    body = p.random.choice(LINEAR if legal else SAVING).format(x=f"({w} * k)")
    form = p.random.randrange(4)
    if form == 0:
        p.emit(f"{group} = [{body} for k in range(1, {n + 1})]")
        each = f"for v in {group}:"
    elif form == 1:
        p.emit(f"{group} = {{str(k): {body} for k in range(1, {n + 1})}}")
        each = f"for v in {group}.values():"
    elif form == 2:
        p.emit(f"{group} = []")
        with p.block(f"for k in range(1, {n + 1}):"):
            p.emit(f"{group}.append({body})")
        each = f"for v in {group}:"
    else:
        p.emit(f"{group} = tuple({body} for k in range(1, {n + 1}))")
        each = f"for v in {group}:"
    how = p.random.randrange(5)
    if how == 0 and form != 1:
        with p.block(f"for v, u in zip({group}, [torch.ones(2, 3)] * {n}):"):
            p.emit(p.random.choice(("v += u", "v.mul_(u)", "v.copy_(u)", "v -= 0.1 * u")))
    elif how == 1 and form in (0, 2):
        with p.block(f"for {i} in range(len({group})):"):
            _any_write(p, f"{group}[{i}]")
    elif how == 2 and form != 1:
        p.emit(
            p.random.choice(
                (f"torch._foreach_mul_({group}, 2.0)", f"torch._foreach_add_({group}, 1)")
            )
        )
    elif how == 3:
        values = f"list({group}.values())" if form == 1 else group
        first, rest = p.fresh("first"), p.fresh("rest")
        p.emit(f"{first}, *{rest} = {values}")
        _any_write(p, p.random.choice((first, f"{rest}[0]", f"{rest}[-1]")))
    else:
        with p.block(each):
            _any_write(p, "v")
    values = f"list({group}.values())" if form == 1 else f"list({group})"
    _backward(p, p.random.choice((f"torch.stack({values})", f"sum({values})")))


# Hooks, parametrizations


def hooks(p: Writer, legal: bool) -> None:
    """A forward hook writes to an output that was saved; legal where a new one is given."""
    net, out, hook = p.fresh("net"), p.fresh("out"), p.fresh("hook")
    how = p.random.randrange(5)
    if how == 0:
        # Gradient hooks.
        y = p.fresh("y")
        p.emit(f"{y} = {p.random.choice(SAVING).format(x=_source(p))}")
        if legal:
            given = p.random.choice(
                ("lambda g: g * 2", "lambda g: None", "lambda g: g.clamp(-1, 1)", "lambda g: -g")
            )
            p.emit(f"{y}.register_hook({given})")
        else:
            with p.block(f"def {hook}(g):"):
                p.emit(p.random.choice((f"{y}.mul_(2)", f"{y}.detach().zero_()")))
            p.emit(f"{y}.register_hook({hook})")
        if p.chance(0.5):
            p.emit(f"{y}.retain_grad()")
        _backward(p, y)
        return
    act = p.random.choice(("nn.Tanh()", "nn.Sigmoid()", "nn.ReLU()", "nn.Softmax(dim=-1)"))
    p.emit(f"{net} = nn.Sequential(nn.Linear(3, 3), {act})")
    place = p.random.choice((f"{net}[1]", f"{net}[-1]", net))
    if legal and how == 1:
        place = f"{net}[0]"
    if how == 4:
        register = "register_full_backward_hook"
        arguments = "module, grad_input, grad_output"
    elif how == 3:
        register, arguments = "register_forward_pre_hook", "module, args"
    else:
        register, arguments = "register_forward_hook", "module, args, output"
    with p.block(f"def {hook}({arguments}):"):
        if how == 4:
            p.emit("return None")
        elif how == 3:
            p.emit("return (args[0] * 2,)" if legal else "args[0].mul_(2)")
        elif legal and how != 1:
            p.emit(p.random.choice(("return output * 2", "return output.clone().mul_(2)", "pass")))
        else:
            p.emit(p.random.choice(WRITES[:8]).format(x="output"))
    handle = p.fresh("handle")
    p.emit(f"{handle} = {place}.{register}({hook})")
    if legal and p.chance(0.2):
        p.emit(f"{handle}.remove()")
    p.emit(f"{out} = {net}({_fresh_non_leaf(p)})")
    if how == 4 and not legal:
        p.emit(p.random.choice((f"{out}.mul_(2)", f"{out} += 1")))
    _backward(p, out)


def parametrized(p: Writer, legal: bool) -> None:
    """A parametrized module is stepped between two forwards; legal when each is its own."""
    net, x, a, b = p.fresh("net"), p.fresh("data"), p.fresh("first"), p.fresh("second")
    p.emit("from torch.nn.utils import parametrizations")
    wrap = p.random.choice(
        (
            "parametrizations.spectral_norm(nn.Linear(3, 3))",
            "parametrizations.weight_norm(nn.Linear(3, 3))",
            "parametrizations.orthogonal(nn.Linear(3, 3))",
            "nn.utils.spectral_norm(nn.Linear(3, 3))",
        )
    )
    p.emit(f"{net} = nn.Sequential({wrap}, nn.Tanh(), nn.Linear(3, 1))")
    opt = _stepper(p, "opt", net)
    p.emit(f"{x} = torch.randn(2, 3)")
    p.emit(f"{a} = {net}({x}).mean()")
    if not legal or p.chance(0.5):
        p.emit(f"{b} = {net}({x} * 2).sum()")
        p.emit(f"{a}.backward()")
        if not legal:
            p.emit(f"{opt}.step()")
        p.emit(f"{b}.backward()")
        if legal:
            p.emit(f"{opt}.step()")
        return
    p.emit(f"{a}.backward()")
    p.emit(f"{opt}.step()")
    p.emit(f"{b} = {net}({x} * 2).sum()")
    p.emit(f"{b}.backward()")


# Calls and indirections


def indirect_write(p: Writer, legal: bool) -> None:
    """What was saved is written behind a call, a class or a container."""
    start, y = _fresh_non_leaf(p), p.fresh("y")
    how = p.random.randrange(3)
    if how == 0:
        # The result was saved.
        p.emit(f"{y} = {p.random.choice(LINEAR if legal else SAVING).format(x=start)}")
        target = y
    elif how == 1:
        # The operand was.
        p.emit(f"{y} = {p.random.choice(LINEAR if legal else USING).format(x=start)}")
        target = start
    else:
        target = p.fresh("mask")
        p.emit(f"{target} = torch.ones(2, 3)")
        p.emit(f"{y} = {start} {'+' if legal else p.random.choice(('*', '/'))} {target}")
    p.random.choice(WAYS)(p, target)
    _meanwhile(p)
    _backward(p, y)


def inherited(p: Writer, legal: bool) -> None:
    """A module's forward goes on with what its parent's forward gave."""
    base, kind, net, out = p.fresh("Block"), p.fresh("Residual"), p.fresh("net"), p.fresh("out")
    mixin = p.chance(0.3)
    other = p.fresh("Mixin")
    with p.block(f"class {base}(nn.Module):"):
        with p.block("def __init__(self, width=3):"):
            p.emit("super().__init__()")
            p.emit("self.fc = nn.Linear(width, width)")
        with p.block("def forward(self, v):"):
            body = p.random.choice(LINEAR if legal else SAVING).format(x="self.fc(v)")
            p.emit(f"return {body}")
    if mixin:
        with p.block(f"class {other}:"), p.block("def finish(self, h, v):"):
            p.emit(p.random.choice(("h += v", "h.add_(v)", "h *= 2")))
            p.emit("return h")
    with p.block(f"class {kind}({f'{other}, ' if mixin else ''}{base}):"):
        if p.chance(0.5):
            with p.block("def __init__(self):"):
                p.emit(p.random.choice(("super().__init__()", "super().__init__(3)")))
                p.emit("self.scale = nn.Parameter(torch.ones(3))")
        with p.block("def forward(self, v):"):
            p.emit(p.random.choice(("h = super().forward(v)", f"h = {base}.forward(self, v)")))
            if mixin:
                p.emit("return self.finish(h, v)")
            else:
                p.emit(p.random.choice(("h += v", "h *= 2", "h.mul_(0.5)", "h[0] = 0.0")))
                p.emit("return h")
    p.emit(f"{net} = {kind}()")
    calls = p.random.choice(("{n}({x})", "nn.Sequential({n}, {n})({x})", "nn.Sequential({n})({x})"))
    p.emit(f"{out} = {calls.format(n=net, x=_fresh_non_leaf(p))}")
    _backward(p, out)


def indexed_write(p: Writer, legal: bool) -> None:
    """An indexed write to what was saved, or from what is written afterwards."""
    start, y, t, s = _fresh_non_leaf(p), p.fresh("y"), p.fresh("t"), p.fresh("source")
    p.emit(f"{t} = {p.random.choice(LINEAR).format(x=start)}")
    p.emit(f"{s} = {p.random.choice(('torch.ones(2, 3)', f'{start} * 2')).format()}")
    write = p.random.choice(
        (
            "{t}.index_add_(0, torch.tensor([0, 1]), {s})",
            "{t}.index_copy_(0, torch.tensor([1, 0]), {s})",
            "{t}.index_put_((torch.tensor([0, 1]),), {s})",
            "{t}.index_put_((torch.tensor([0]),), {s}[:1], accumulate=True)",
            "{t}.scatter_(0, torch.zeros(2, 3, dtype=torch.long), {s})",
            "{t}.scatter_add_(0, torch.zeros(2, 3, dtype=torch.long), {s})",
            "{t}.scatter_reduce_(0, torch.zeros(2, 3, dtype=torch.long), {s}, 'sum')",
            "{t}.scatter_reduce_(0, torch.zeros(2, 3, dtype=torch.long), {s}, 'prod')",
            "{t}.scatter_reduce_(0, torch.zeros(2, 3, dtype=torch.long), {s}, 'amax')",
            "{t}.index_reduce_(0, torch.tensor([0, 1]), {s}, 'mean')",
            "{t}.masked_scatter_(torch.ones(2, 3, dtype=torch.bool), {s})",
            "{t}[torch.tensor([0, 1])] = {s}",
            "{t}[{s} > 0] = {s}[{s} > 0]",
            "{t}[[0]] += {s}[:1]",
            "{t}.put_(torch.tensor([0, 5]), {s}.reshape(-1)[:2])",
            "{t}.addcmul_({s}, {s})",
            "{t}.addcdiv_({s}, {s} + 2)",
            "{t}.addmm_({s}, torch.ones(3, 3))",
            "{t}.lerp_({s}, 0.5)",
            "{t}.mul_({s})",
            "{t}.div_({s} + 3)",
            "{t}.pow_({s}.abs() + 1)",
            "{t}.copysign_({s})",
            "{t}.fmod_({s} + 3)",
            "{t}.sub_({s})",
            "{t}.copy_({s})",
            "{t}.fill_diagonal_(0.0)",
            "{t}.renorm_(2, 0, 1.0)",
            "{t}.cumprod_(1)",
            "{t}.triu_()",
            "{t}.atan2_({s} + 2)",
            "{t}.hypot_({s})",
            "{t}.xlogy_({s} + 3)",
            "{t}.clamp_min_({s})",
            "{t}.clamp_(max={s})",
            "{t}.where({s} > 0, {s}).mul_(2)",
        )
    )
    write = write.format(t=t, s=s)
    if p.chance(0.5):
        # The target is saved before, or after.
        use = p.random.choice(USING).format(x=t)
        if legal:
            p.emit(write)
            p.emit(f"{y} = {use}")
        else:
            p.emit(f"{y} = {use}")
            p.emit(write)
        _backward(p, y)
        return
    p.emit(write)
    if legal:
        s = _copied(p, s)
    _any_write(p, s)
    _backward(p, t)


def functional_inplace(p: Writer, legal: bool) -> None:
    """`inplace=True` on what was saved, by functions and modules; legal on what was not."""
    start, y, z = _fresh_non_leaf(p), p.fresh("y"), p.fresh("z")
    p.emit(f"{y} = {p.random.choice(LINEAR if legal else SAVING).format(x=start)}")
    function = p.random.choice(
        (*op.INPLACE_FUNCTIONS, *(f"{module}({{x}})" for module in op.INPLACE_MODULES))
    )
    how = p.random.randrange(4)
    if how == 0:
        p.emit(function.format(x=y))
    elif how == 1:
        p.emit(f"{z} = {function.format(x=y)}")
        y = z
    elif how == 2:
        name = p.fresh("activate")
        with p.block(f"def {name}(v, inplace=True):"):
            kind = p.random.choice(("relu", "elu", "leaky_relu", "silu", "mish", "hardtanh"))
            p.emit(f"return F.{kind}(v, inplace=inplace)")
        flag = p.random.choice(("", ", inplace=True", ", True"))
        p.emit(f"{z} = {name}({y}{flag if not legal else ', False'})")
        y = z
    else:
        kinds = p.random.sample(op.INPLACE_MODULES, 2)
        p.emit(f"{z} = nn.Sequential({', '.join(kinds)})({y})")
        y = z
    _backward(p, y)


def many_tensors(p: Writer, legal: bool) -> None:
    """`torch._foreach_*_` over what was saved."""
    start, a, b, y = _fresh_non_leaf(p), p.fresh("a"), p.fresh("b"), p.fresh("y")
    p.emit(f"{a} = {p.random.choice(LINEAR if legal else SAVING).format(x=start)}")
    p.emit(f"{b} = torch.ones(2, 3)")
    p.emit(f"{y} = {a} {'+' if legal else p.random.choice('+*')} {b}")
    p.emit(
        p.random.choice(
            (
                f"torch._foreach_mul_([{a}, {b}], 2.0)",
                f"torch._foreach_add_([{b}, {a}], 1)",
                f"torch._foreach_add_([{a}], [{b}], alpha=0.5)",
                f"torch._foreach_zero_([{a}, {b}])",
                f"torch._foreach_lerp_([{a}], [{b}], 0.5)",
                f"torch._foreach_addcmul_([{a}], [{b}], [{b}])",
                f"torch._foreach_copy_([{b}], [torch.zeros(2, 3)])",
                f"torch._foreach_sqrt_([{b}])",
                f"torch._foreach_clamp_min_([{a}, {b}], 0.1)",
                f"torch._foreach_neg_([{a}])",
            )
        )
    )
    _backward(p, y)


def detached_in_place(p: Writer, legal: bool) -> None:
    """`detach_` cuts what is to go backward; legal where another way is left."""
    start, y, z = _fresh_non_leaf(p), p.fresh("y"), p.fresh("z")
    p.emit(f"{y} = {p.random.choice((*SAVING, *USING[:-2])).format(x=start)}")
    if legal:
        p.emit(f"{z} = {y} * 2")
        p.emit(f"{y}.detach_()")
        _backward(p, z)
        return
    how = p.random.randrange(3)
    if how == 0:
        p.emit(f"{y}.detach_()")
    elif how == 1:
        with p.block(f"for v in [{y}]:"):
            p.emit("v.detach_()")
    else:
        p.emit(f"{start}.detach_()")
        p.emit(f"{y} = {start} * 2")
    _backward(p, y)


# Programs as they are written


def memory_bank(p: Writer, legal: bool) -> None:
    """A queue of keys, or a cache, is written after it was used; legal with a clone of it."""
    w, queue, logits, i = p.leaf(ROWS).name, p.fresh("queue"), p.fresh("logits"), p.fresh("i")
    copy = p.random.choice((".clone()", ".clone().detach()", " * 1")) if legal else ""
    write = p.random.choice(
        (
            "{q}[:, {i}:{i} + 1] = {w}[:1].t().detach()",
            "{q}[:, {i}] = {w}[0].detach()",
            "{q}.copy_(torch.roll({q}, 1, 1))",
            "{q}.mul_(0.9).add_(0.1)",
            "{q}[:, {i}].copy_({w}[0].detach())",
        )
    )
    if p.chance(0.5):
        kind, net = p.fresh("Contrast"), p.fresh("contrast")
        with p.block(f"class {kind}(nn.Module):"):
            with p.block("def __init__(self):"):
                p.emit("super().__init__()")
                p.emit('self.register_buffer("queue", torch.randn(3, 4))')
                p.emit("self.pointer = 0")
            p.emit("@torch.no_grad()")
            with p.block("def enqueue(self, keys):"):
                p.emit(write.format(q="self.queue", i="self.pointer", w="keys"))
                p.emit("self.pointer = (self.pointer + 1) % 4")
            with p.block("def forward(self, v):"):
                p.emit(f"logits = v @ self.queue{copy}")
                p.emit("self.enqueue(v)")
                p.emit("return logits")
        p.emit(f"{net} = {kind}()")
        p.emit(f"{logits} = {net}({w})")
        p.emit(f"F.cross_entropy({logits}, torch.zeros(2, dtype=torch.long)).backward()")
        return
    p.emit(f"{queue} = torch.randn(3, 4)")
    total = p.fresh("total")
    p.emit(f"{total} = 0.0")
    with p.block(f"for {i} in range({p.random.choice((1, 2, 3))}):"):
        p.emit(f"{logits} = {w} @ {queue if not copy else f'({queue}{copy})'}")
        p.emit(f"{total} = {total} + {logits}.logsumexp(1).mean()")
        p.emit(write.format(q=queue, i=i, w=w))
    p.emit(f"{total}.backward()")


def rollout(p: Writer, legal: bool) -> None:
    """Several epochs over one rollout; legal where each makes its own graph."""
    policy, data, old, i = _network(p, "policy"), p.fresh("obs"), p.fresh("old"), p.fresh("epoch")
    opt, ratio, loss = _stepper(p, "opt", policy), p.fresh("ratio"), p.fresh("loss")
    p.emit(f"{data} = torch.randn(2, 3)")
    cut = p.random.choice((".detach()", ".data", ".clone().detach()")) if legal else ""
    if legal and p.chance(0.4):
        with p.block("with torch.no_grad():"):
            p.emit(f"{old} = {policy}({data}).log_softmax(-1)")
    else:
        p.emit(f"{old} = {policy}({data}).log_softmax(-1){cut}")
    with p.block(f"for {i} in range({p.random.choice((2, 3))}):"):
        p.emit(f"{ratio} = ({policy}({data}).log_softmax(-1) - {old}).exp()")
        p.emit(
            p.random.choice(
                (
                    f"{loss} = -torch.min({ratio}, {ratio}.clamp(0.8, 1.2)).mean()",
                    f"{loss} = -({ratio} * 0.5).sum()",
                )
            )
        )
        p.emit(f"{opt}.zero_grad()")
        p.emit(f"{loss}.backward()")
        p.emit(f"{opt}.step()")


def inner_loop(p: Writer, legal: bool) -> None:
    """Fast weights: legal out of place with a graph; in place they are leaves."""
    w, fast, x, i = p.leaf((3, 3)).name, p.fresh("fast"), p.fresh("data"), p.fresh("i")
    g, loss = p.fresh("g"), p.fresh("loss")
    p.emit(f"{x} = torch.randn(2, 3)")
    p.emit(f"{fast} = {w}{p.random.choice(('', ' * 1', '.clone()'))}")
    with p.block(f"for {i} in range({p.random.choice((1, 2))}):"):
        p.emit(f"{loss} = ({x} @ {fast}).tanh().pow(2).mean()")
        create = "create_graph=True" if legal else p.random.choice(("create_graph=True", ""))
        p.emit(f"({g},) = torch.autograd.grad({loss}, [{fast}]{', ' if create else ''}{create})")
        if legal:
            p.emit(
                p.random.choice((f"{fast} = {fast} - 0.1 * {g}", f"{fast} = {fast}.sub(0.1 * {g})"))
            )
        else:
            p.emit(p.random.choice((f"{fast} -= 0.1 * {g}", f"{fast}.sub_({g}, alpha=0.1)")))
    p.emit(f"({x} @ {fast}).pow(2).mean().backward()")


def residual(p: Writer, legal: bool) -> None:
    """A transformer's residual sums in place; legal where the branch saved nothing of the stream."""
    kind, net, out = p.fresh("Layer"), p.fresh("layer"), p.fresh("out")
    norm = p.random.choice(("nn.LayerNorm(3)", "nn.BatchNorm1d(3)", "nn.Linear(3, 3)", "nn.ELU()"))
    plus = "h = h + " if legal else "h += "
    with p.block(f"class {kind}(nn.Module):"):
        with p.block("def __init__(self):"):
            p.emit("super().__init__()")
            p.emit(f"self.norm = {norm}")
            p.emit("self.attn = nn.MultiheadAttention(3, 1, batch_first=True)")
            p.emit("self.mlp = nn.Sequential(nn.Linear(3, 6), nn.GELU(), nn.Linear(6, 3))")
        with p.block("def forward(self, v, mask=None):"):
            p.emit(p.random.choice(("h = v * 1", "h = v + 0.1", "h = v.clone()")))
            if p.chance(0.5):
                p.emit("n = self.norm(h)")
                p.emit("a, _ = self.attn(n, n, n, need_weights=False)")
                p.emit(f"{plus}a")
            p.emit(f"{plus}self.mlp({p.random.choice(('self.norm(h)', 'h'))})")
            with p.block("if mask is not None:"):
                p.emit("h = h.masked_fill(mask, 0.0)")
            p.emit("return h")
    p.emit(f"{net} = {kind}()")
    p.emit(f"{out} = {net}({_source(p)})")
    _backward(p, out)


def attention_scores(p: Writer, legal: bool) -> None:
    """Scores are masked or dropped in place: before the softmax, or after it."""
    x, scores, weights, out = _fresh_non_leaf(p), p.fresh("scores"), p.fresh("attn"), p.fresh("out")
    p.emit(f"{scores} = {x} @ {x}.t() / 3 ** 0.5")
    mask = p.random.choice(
        (
            "{s}.masked_fill_(torch.triu(torch.ones(2, 2), 1).bool(), -1e9)",
            "{s} += torch.zeros(2, 2)",
            "{s}.mul_(torch.ones(2, 2))",
            "F.dropout({s}, 0.1, inplace=True)",
            "{s}[0, 1] = -1e9",
            "{s}.fill_diagonal_(0.0)",
        )
    )
    if legal:
        p.emit(mask.format(s=scores))
    p.emit(
        f"{weights} = {p.random.choice(('{s}.softmax(-1)', 'F.softmax({s}, dim=1)')).format(s=scores)}"
    )
    if not legal:
        p.emit(mask.format(s=weights))
    p.emit(f"{out} = {weights} @ {x}")
    if legal and p.chance(0.5):
        p.emit(f"{out} += 1")
    _backward(p, out)


def saved_elsewhere(p: Writer, legal: bool) -> None:
    """Hooks of saved tensors keep copies, which makes writes legal, where they are in force."""
    x, y = _fresh_non_leaf(p), p.fresh("y")
    header = p.random.choice(
        (
            "with torch.autograd.graph.save_on_cpu():",
            "with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):",
            "with torch.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t):",
        )
    )
    body = p.random.choice((*SAVING, *USING[:-2])).format(x=x)
    with p.block(header):
        p.emit(f"{y} = {body}" if legal else "pass")
    if not legal:
        p.emit(f"{y} = {body}")
    _any_write(p, x)
    _any_write(p, y)
    _backward(p, y)


def checkpointed_chain(p: Writer, legal: bool) -> None:
    """checkpoint_sequential, or a checkpoint in a loop, with in-place modules inside."""
    x, net, y = _fresh_non_leaf(p), p.fresh("net"), p.fresh("y")
    p.emit("import torch.utils.checkpoint as cp")
    first = "nn.Identity()" if legal else p.random.choice(("nn.Tanh()", "nn.Sigmoid()"))
    act = p.random.choice(op.INPLACE_MODULES)
    p.emit(f"{net} = nn.Sequential(nn.Linear(3, 3), {first}, {act}, nn.Linear(3, 3))")
    reentrant = p.random.choice(("True", "False"))
    how = p.random.randrange(3)
    if how == 0:
        p.emit(f"{y} = cp.checkpoint_sequential({net}, 1, {x}, use_reentrant={reentrant})")
    elif how == 1:
        p.emit(f"{y} = cp.checkpoint({net}, {x}, use_reentrant={reentrant})")
    else:
        p.emit(f"{y} = {x}")
        with p.block(f"for layer in ({net}, {net}):"):
            p.emit(f"{y} = cp.checkpoint(layer, {y}, use_reentrant={reentrant})")
    _plain_backward(p, y)


def summed_losses(p: Writer, legal: bool) -> None:
    """Losses that are collected over rounds and go backward together, or each time anew."""
    net, total, loss, i = _network(p, "net"), p.fresh("total"), p.fresh("loss"), p.fresh("i")
    opt = _stepper(p, "opt", net)
    form = p.random.randrange(3)
    p.emit(f"{total} = {'[]' if form == 1 else '0.0'}")
    inside = not legal
    added, whole = f"{total} += {loss}", total
    if form == 1:
        added, whole = f"{total}.append({loss})", f"sum({total})"
    elif form == 2:
        added = f"{total} = {total} + {loss} / 2"
    with p.block(f"for {i} in range({p.random.choice((2, 3))}):"):
        p.emit(f"{loss} = {net}(torch.randn(2, 3)).pow(2).mean()")
        p.emit(added)
        if inside:
            if p.chance(0.5):
                p.emit(f"{opt}.zero_grad()")
            p.emit(f"{whole}.backward({p.random.choice(('', 'retain_graph=True'))})")
            p.emit(f"{opt}.step()")
    if legal:
        p.emit(f"{opt}.zero_grad()")
        p.emit(f"{whole}.backward()")
        p.emit(f"{opt}.step()")


# How often each is written.
SITUATIONS: tuple[tuple[int, Gambit], ...] = (
    (4, further_results),
    (4, operand_written),
    (5, written_view),
    (2, complex_view),
    (3, custom_saved),
    (2, custom_kept),
    (2, custom_dirty),
    (2, custom_count),
    (1, custom_two),
    (3, checkpointed),
    (2, checkpointed_write),
    (3, grad_then_backward),
    (3, penalty),
    (3, functional),
    (3, adversarial),
    (2, actor_critic),
    (4, weights_changed),
    (4, carried_hidden),
    (2, state_written),
    (2, running_statistics),
    (3, filled_buffer),
    (3, stored_write),
    (4, hooks),
    (2, parametrized),
    (5, indirect_write),
    (2, inherited),
    (5, indexed_write),
    (2, functional_inplace),
    (1, many_tensors),
    (1, detached_in_place),
    (2, memory_bank),
    (2, rollout),
    (2, inner_loop),
    (2, residual),
    (2, attention_scores),
    (1, saved_elsewhere),
    (2, checkpointed_chain),
    (2, summed_losses),
)
