"""Random autograd programs from a seed: valid Python, one statement a line, the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from campaign import operators as op
from campaign.gambits import GAMBITS
from campaign.situations import SITUATIONS
from campaign.writer import Function, Memory, Module, Tensor, Writer

HEADER = ("import torch", "import torch.nn.functional as F", "from torch import nn", "")

ROWS = (2, 3)
"""The shape that modules take and give."""

Statement = Callable[[Writer], object]
Block = Callable[[Writer, int], None]


def generate(seed: int) -> str:
    """A random program; equal seeds give equal programs on every machine and every run."""
    p = Writer(Random(seed))
    for line in HEADER:
        p.emit(line)
    for _ in range(p.random.choice((0, 0, 1, 1, 2))):
        p.random.choice(DEFINITIONS)(p)
    if p.chance(0.2):
        p.in_function = True
        with p.block("def main():"):
            _body(p)
        if p.chance(0.5):
            with p.block('if __name__ == "__main__":'):
                p.emit("main()")
        else:
            p.emit("main()")
    else:
        _body(p)
    return "\n".join(p.lines) + "\n"


def _body(p: Writer) -> None:
    p.leaf(ROWS)
    p.random.choice((p.leaf, p.plain))()
    length = len(p.lines) + p.random.randrange(4, 26)
    gambits = p.random.choice((0, 1, 1, 2))
    while len(p.lines) < length:
        if gambits and p.chance(0.15):
            gambits -= 1
            _gambit(p)
        else:
            _statement(p, depth=0)
    if gambits:
        _gambit(p)
    if p.chance(0.7):
        p.backward(p.loss())


def _statement(p: Writer, depth: int) -> None:
    if depth < 2 and p.chance(0.15):
        p.random.choices([write for _, write in BLOCKS], [weight for weight, _ in BLOCKS])[0](
            p, depth + 1
        )
    else:
        p.random.choices([write for _, write in PLAIN], [weight for weight, _ in PLAIN])[0](p)


def _some(p: Writer, depth: int) -> None:
    for _ in range(p.random.choice((1, 1, 2, 3))):
        _statement(p, depth)


# Definitions that stand at the top


def _helper(p: Writer) -> None:
    """A function of tensors, whose body sees its parameters alone."""
    name = p.fresh(p.random.choice(("helper", "block", "mixup")))
    takes = tuple(p.random.choice((ROWS, ROWS, (3,))) for _ in range(p.random.choice((1, 2))))
    decorator = p.random.choice(("", "", "", "", "@torch.no_grad()", "@torch.enable_grad()"))
    if decorator:
        p.emit(decorator)
    names = [p.fresh("arg") for _ in takes]
    with p.fresh_scope(), p.block(f"def {name}({', '.join(names)}):"):
        p.grad = "no_grad" not in decorator
        for parameter, shape in zip(names, takes, strict=True):
            p.put(_parameter(parameter, shape))
        result = _computation(p)
        p.emit(f"return {result.name}")
    p.functions.append(Function(name, takes, result.shape, "no_grad" not in decorator))


def _pair(p: Writer) -> None:
    """A function with a default argument that gives two tensors, of which a second one uses one."""
    pair, first = p.fresh("split_up"), p.fresh("first_of")
    left, right = p.random.sample((*op.UNARY, *op.LINEAR), 2)
    with p.block(f"def {pair}(v, scale=2.0):"):
        p.emit(f"left = {left.format(x='v')}")
        if p.chance(0.2):
            p.emit("left *= scale")
        p.emit(f"return left, {right.format(x='v')} * scale")
    with p.block(f"def {first}(v):"):
        p.emit(f"left, _ = {pair}(v{p.random.choice(('', ', 0.5', ', scale=3.0'))})")
        p.emit("return left")
    p.functions.append(Function(first, (ROWS,), ROWS, grad=True))


def _parameter(name: str, shape: op.Shape) -> Tensor:
    """A caller's tensor: it may be a view, and what it holds may be needed."""
    return Tensor(name, shape, needs=True, memory=Memory(saved=True), contiguous=False)


def _computation(p: Writer) -> Tensor:
    """A few operations, and one of their results."""
    result = p.compute()
    for _ in range(p.random.choice((0, 1, 2))):
        if p.chance(0.25):
            p.write_somewhere()
        elif p.chance(0.2):
            _use(p)
        else:
            result = p.compute()
    return result


def _network(p: Writer) -> None:
    """A module of the program's own, (2, 3) to (2, 3), and an instance of it."""
    kind, name = p.fresh("Net"), p.fresh("model")
    base = "nn.Module"
    if p.chance(0.25):
        base = p.fresh("Base")
        with p.block(f"class {base}(nn.Module):"), p.block("def finish(self, h):"):
            p.emit(f"return {p.random.choice((*op.UNARY, *op.LINEAR)).format(x='h')}")
    with p.block(f"class {kind}({base}):"), p.fresh_scope():
        with p.block("def __init__(self):"):
            p.emit("super().__init__()")
            layers = [p.module(f"self.layer{number}") for number in (1, 2)]
        with p.block("def forward(self, x):"):
            x = h = p.put(_parameter("x", ROWS))
            for layer in layers:
                h = p.bind(
                    layer.call.format(x=h.name), ROWS, (h, *layer.parameters), name=p.fresh("h")
                )
                if p.chance(0.4):
                    h = p.unary(h)
                if p.chance(0.25):
                    p.emit(p.random.choice((f"{h.name} += {x.name}", f"{h.name} *= 2")))
                elif p.chance(0.3):
                    h = p.bind(f"{h.name} + {x.name}", ROWS, (h, x), linear=True)
            p.emit(f"return {h.name}" if base == "nn.Module" else f"return self.finish({h.name})")
    p.emit(f"{name} = {kind}()")
    hidden = Tensor(f"{name}.hidden", (), needs=True, leaf=True)
    p.modules.append(Module(name, f"{name}({{x}})", (hidden,)))


def _holder(p: Writer) -> None:
    """A class that holds a tensor, and a method that renews it."""
    kind, name = p.fresh("State"), p.fresh("state")
    with p.block(f"class {kind}:"), p.fresh_scope():
        with p.block("def __init__(self):"):
            p.emit(f"self.h = torch.zeros{ROWS}")
        with p.block("def update(self, v):"):
            detach = p.random.choice(("", ".detach()"))
            function = p.random.choice(("torch.tanh", "torch.sigmoid", "torch.exp", "F.relu"))
            p.emit(f"self.h = {function}(self.h{detach} + v)")
            p.emit("return self.h")
    p.emit(f"{name} = {kind}()")
    p.put(Tensor(f"{name}.h", ROWS))
    p.functions.append(Function(f"{name}.update", (ROWS,), ROWS, grad=True))


def _activation(p: Writer) -> None:
    name = p.fresh("act")
    body = p.random.choice(op.UNARY).format(x="v")
    p.emit(f"{name} = lambda v: {body}")
    p.activations.append(name)


DEFINITIONS: tuple[Statement, ...] = (
    _helper,
    _helper,
    _network,
    _network,
    _holder,
    _activation,
    _pair,
)


# Plain statements


def _view(p: Writer) -> None:
    p.view(single=p.chance(1 - p.daring))


def _use(p: Writer) -> None:
    """A call of a helper."""
    if not p.functions:
        p.compute()
        return
    function = p.random.choice(p.functions)
    arguments = [p.any_tensor(shape) for shape in function.takes]
    for argument in arguments:
        argument.memory.saved = True
    expression = f"{function.name}({', '.join(argument.name for argument in arguments)})"
    grad, p.grad = p.grad, p.grad and function.grad
    # It may return its argument, or a view of it.
    result = p.bind(expression, function.gives, arguments, contiguous=False)
    result.memory.saved = True
    result.leaf = any(argument.leaf for argument in arguments) and result.needs
    p.grad = grad


def _cut(p: Writer) -> None:
    """What shares memory or values, and has no history."""
    x = p.any_tensor()
    how = p.random.choice((".detach()", ".detach().clone()", ".data", ".detach().requires_grad_()"))
    name = p.fresh("cut")
    p.emit(f"{name} = {x.name}{how}")
    leaf = "requires_grad_" in how
    shared = Memory() if "clone" in how else x.memory
    p.put(
        Tensor(
            name,
            x.shape,
            needs=leaf,
            leaf=leaf,
            memory=shared,
            contiguous=x.contiguous,
            fragile=x.fragile,
        )
    )


def _alias(p: Writer) -> None:
    """Another name: an assignment, a dictionary, a list."""
    x = p.any_tensor()
    how = p.random.randrange(3)
    if how == 0:
        name = p.fresh("same")
        p.emit(f"{name} = {x.name}")
    elif how == 1:
        group = p.fresh("cache")
        name = f'{group}["key"]'
        p.emit(f'{group} = {{"key": {x.name}, "step": 0}}')
    else:
        group = p.fresh("items")
        name = f"{group}[0]"
        p.emit(f"{group} = [{x.name}, {p.any_tensor().name}]")
    p.put(
        Tensor(
            name,
            x.shape,
            needs=x.needs,
            leaf=x.leaf,
            memory=x.memory,
            parents=(x,),
            contiguous=x.contiguous,
            fragile=x.fragile,
            spent=x.spent,
        )
    )


def _comprehension(p: Writer) -> None:
    """A list of tensors, and their sum."""
    x, group = p.any_tensor(ROWS), p.fresh("rows")
    template = p.random.choice((*op.UNARY, *op.LINEAR))
    p.emit(f"{group} = [{template.format(x='row')} for row in {x.name}]")
    joined = p.random.choice((f"torch.stack({group})", f"sum({group}).expand{ROWS}"))
    p.bind(joined, ROWS, (x,), fragile="expand" in joined, contiguous=False)


def _collect(p: Writer) -> None:
    """Values collected in a loop, and their sum."""
    x, group, i = p.any_tensor(), p.fresh("collected"), p.fresh("i")
    template = p.random.choice((*op.REDUCTIONS, *op.REDUCTIONS_LINEAR))
    item = template.format(x=x.name, dims=tuple(range(len(x.shape))) or 0)
    p.emit(f"{group} = []")
    with p.block(f"for {i} in range({p.random.choice((1, 2, 3))}):"):
        p.emit(f"{group}.append({item}{p.random.choice(('', f' * {i}', f' + {i}'))})")
    joined = p.random.choice(
        ("sum({})", "torch.stack({}).sum()", "{}[-1]", "torch.stack({}).mean()")
    )
    p.bind(joined.format(group), (), (x,))


def _write_each(p: Writer) -> None:
    """An in-place write to each of several tensors."""
    targets = [p.any_tensor(), p.any_tensor()]
    if not p.chance(p.daring):
        targets = [p.unary(target, linear=True) for target in targets]
    names = ", ".join(target.name for target in targets)
    header = p.random.choice((f"for each in ({names}):", f"for _, each in enumerate([{names}]):"))
    with p.block(header):
        p.emit(p.random.choice((*op.INPLACE_PLAIN, "{x} += 1", "{x} *= 2")).format(x="each"))


def _switched(p: Writer) -> None:
    """Grad mode switched off by a call, and on again."""
    if not p.grad or p.loops:
        return
    p.emit("torch.set_grad_enabled(False)")
    p.grad = False
    p.compute()
    p.grad = True
    p.emit("torch.set_grad_enabled(True)")


def _number(p: Writer) -> None:
    x = p.any_tensor()
    value = f"{x.name}.sum().item()" if x.shape else f"{x.name}.item()"
    p.emit(f"{p.fresh('value')} = {p.random.choice((value, f'float({x.name}.detach().sum())'))}")


def _learn(p: Writer) -> None:
    """A loss, its backward, and what usually stands around them."""
    if p.inference or (not p.grad and not p.chance(p.daring)):
        p.compute()
        return
    if not p.optimizers and p.chance(0.4) and not p.loops:
        p.optimizer()
    optimizer = p.random.choice(p.optimizers).name if p.optimizers else ""
    if optimizer and p.chance(0.5):
        p.emit(f"{optimizer}.zero_grad({p.random.choice(('', '', 'set_to_none=False'))})")
    loss = p.loss(p.call()) if p.chance(0.4) else p.loss()
    if optimizer and p.chance(0.2):
        p.emit(f"{optimizer}.zero_grad()")
    p.backward(loss)
    if optimizer and p.chance(0.6):
        p.emit(f"{optimizer}.step()")


def _zero(p: Writer) -> None:
    leaves = [tensor for tensor in p.tensors if tensor.leaf and not tensor.parents]
    if not leaves:
        return
    leaf = p.random.choice(leaves).name
    if p.chance(0.5):
        p.emit(f"{leaf}.grad = None")
    else:
        with p.block(f"if {leaf}.grad is not None:"):
            p.emit(f"{leaf}.grad.zero_()")


PLAIN: tuple[tuple[int, Statement], ...] = (
    (5, Writer.leaf),
    (4, Writer.plain),
    (30, Writer.compute),
    (8, _view),
    (3, Writer.views),
    (12, Writer.write_somewhere),
    (7, Writer.call),
    (2, Writer.layers),
    (5, _use),
    (4, _cut),
    (4, _alias),
    (2, _comprehension),
    (2, _collect),
    (2, _write_each),
    (1, _switched),
    (2, _number),
    (9, _learn),
    (2, _zero),
)


# Blocks


def _loop(p: Writer, depth: int) -> None:
    """A few rounds; a cautious program goes backward only into what the round itself made."""
    rounds, i = p.random.choice((1, 2, 2, 3, 5)), p.fresh("i")
    outer = [t for t in p.tensors if t.needs and not t.spent and (not t.leaf or t.parents)]
    if not p.chance(p.daring):
        for tensor in outer:
            tensor.spent = True
    p.loops += 1
    header = p.random.choice(
        (
            f"for {i} in range({rounds}):",
            f"for {i} in range({rounds}):",
            f"for {i}, _ in enumerate('{'abcde'[:rounds]}'):",
            f"while {i} < {rounds}:",
        )
    )
    if header.startswith("while"):
        p.emit(f"{i} = 0")
    with p.block(header):
        if header.startswith("while"):
            p.emit(f"{i} += 1")
        _some(p, depth)
        if p.chance(0.5):
            with p.scope(), p.block(f"if {i} % 2 == {p.random.randrange(2)}:"):
                _statement(p, 2)
    p.loops -= 1
    for tensor in outer:
        tensor.spent = False


def _branch(p: Writer, depth: int) -> None:
    condition = p.random.choice(("True", "1 > 2", "len('ab') == 2", "not True", "0 < 1"))
    with p.scope(), p.block(f"if {condition}:"):
        _some(p, depth)
    if p.chance(0.4):
        with p.scope(), p.block("else:"):
            _some(p, depth)


def _no_grad(p: Writer, depth: int) -> None:
    header = p.random.choice(
        ("torch.no_grad()", "torch.no_grad()", "torch.set_grad_enabled(False)")
    )
    with p.mode(f"with {header}:", grad=False):
        _some(p, depth)


def _enable_grad(p: Writer, depth: int) -> None:
    with p.mode("with torch.enable_grad():", grad=not p.inference, inference=p.inference):
        _some(p, depth)


def _inference(p: Writer, depth: int) -> None:
    with p.scope(), p.mode("with torch.inference_mode():", grad=False, inference=True):
        p.compute()


def _closure(p: Writer, depth: int) -> None:
    if p.in_function or p.loops:
        _some(p, depth)
        return
    with p.closure():
        _some(p, 2)


def _caught(p: Writer, depth: int) -> None:
    """Errors that the program expects."""
    with p.scope():
        with p.block("try:"):
            _some(p, 2)
        with p.block("except RuntimeError:"):
            p.emit("pass")


BLOCKS: tuple[tuple[int, Block], ...] = (
    (8, _loop),
    (4, _branch),
    (5, _no_grad),
    (1, _enable_grad),
    (1, _inference),
    (4, _closure),
    (1, _caught),
)


def _gambit(p: Writer) -> None:
    """A deliberate error or its legal twin: as it is, in a function, a block, a loop or a try."""
    able = SITUATIONS if p.chance(0.4) else GAMBITS
    write = p.random.choices([gambit for _, gambit in able], [weight for weight, _ in able])[0]
    legal = p.chance(0.4)
    how = p.random.random()
    if how < 0.2 and not p.in_function:
        with p.closure():
            write(p, legal)
    elif how < 0.25:
        with p.scope():
            with p.block("try:"):
                write(p, legal)
            with p.block("except RuntimeError as error:"):
                p.emit("caught = str(error)")
    elif how < 0.3:
        with p.scope(), p.block("if True:"):
            write(p, legal)
    elif how < 0.36:
        with p.scope(), p.block(f"for {p.fresh('i')} in range({p.random.choice((1, 2, 2))}):"):
            p.loops += 1
            write(p, legal)
            p.loops -= 1
    else:
        write(p, legal)
