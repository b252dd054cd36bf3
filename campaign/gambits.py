"""Deliberate errors, each with a legal twin that differs in the one thing that matters."""

from __future__ import annotations

from collections.abc import Callable

from campaign import operators as op
from campaign.writer import Tensor, Writer

ROWS = (2, 3)

Gambit = Callable[[Writer, bool], None]
"""Writes statements; the flag asks for the twin that (as far as the writer knows) is legal."""


def _made(p: Writer, *, saving: bool | None = None) -> Tensor:
    """A non-leaf of shape (2, 3) that requires grad, of an operator that saves or does not."""
    x = p.any_tensor(ROWS, needs=True)
    saving = p.chance(0.5) if saving is None else saving
    name = p.fresh("y")
    if saving:
        method = p.random.choice(op.METHODS)
        return p.bind(f"{x.name}.{method}()", ROWS, (x,), name=name)
    template = p.random.choice(op.LINEAR)
    return p.bind(template.format(x=x.name), ROWS, (x,), name=name, linear=True)


def _finish(p: Writer, *tensors: Tensor) -> Tensor:
    loss = p.loss(*tensors)
    p.backward(loss, retain=False)
    return loss


def leaf_inplace(p: Writer, legal: bool) -> None:
    """A write to a leaf; legal under no_grad, unseen, or on a clone."""
    how = p.random.randrange(5)
    if how == 0:
        module = p.layers()
        while not module.parameters:
            module = p.layers()
        leaf = module.parameters[0]
    else:
        leaf = p.leaf(p.random.choice(((2, 3), (3,), (3, 3))))
    target = leaf
    if how == 1 and not legal:
        target = p.view(leaf)
    if how == 2:
        other = p.loss(leaf)
        p.backward(other, retain=False)
        update = p.random.choice(
            (
                f"{leaf.name} -= 0.1 * {leaf.name}.grad",
                f"{leaf.name}.sub_(0.1 * {leaf.name}.grad)",
                f"{leaf.name}.add_({leaf.name}.grad, alpha=-0.1)",
                f"{leaf.name}.grad.zero_()" if legal else f"{leaf.name} += {leaf.name}.grad",
            )
        )
        if not leaf.name.isidentifier():
            update = f"{leaf.name}.sub_(0.1)"
        if legal:
            with p.mode("with torch.no_grad():", grad=False):
                p.emit(update)
        else:
            p.emit(update)
        return
    if not legal:
        p.write(target)
    elif p.chance(0.4):
        with p.mode("with torch.no_grad():", grad=False):
            p.write(leaf)
    elif p.chance(0.5):
        unseen = (*op.INPLACE_UNSEEN, *op.INPLACE_DETACHED)
        p.emit(p.random.choice(unseen).format(x=leaf.name))
    else:
        copy = p.bind(f"{leaf.name}.clone()", leaf.shape, (leaf,), linear=True, name=p.fresh("c"))
        p.write(copy)


def saved_modified(p: Writer, legal: bool) -> None:
    """A saved result or operand is written before the backward; legal where nothing saved it."""
    y = _made(p, saving=not legal)
    if p.chance(0.5):
        mask = p.plain(ROWS)
        product = p.bind(f"{y.name} * {mask.name}", ROWS, (y, mask), name=p.fresh("prod"))
        if legal and p.chance(0.5):
            mask = p.bind(f"{mask.name}.clone()", ROWS, name=p.fresh("copy"))
            p.write(mask)
        elif legal:
            _finish(p, product)
            p.write(mask)
            return
        else:
            p.write(p.random.choice((mask, mask, y)))
        y = product
    else:
        target = p.view(y) if p.chance(0.3) else y
        p.write(target)
    if p.chance(0.5):
        p.compute()
    _finish(p, y)


def module_chain(p: Writer, legal: bool) -> None:
    """An in-place module or residual sum after an activation that saves, or does not."""
    x = p.any_tensor(ROWS)
    layer = p.layers()
    h = p.call(layer, x)
    if not legal:
        h = p.bind(f"{p.random.choice(op.MODULES)}({h.name})", ROWS, (h,), name=p.fresh("h"))
    if p.chance(0.5):
        p.emit(f"{p.random.choice(op.INPLACE_MODULES)}({h.name})")
    elif h.assignable:
        p.emit(f"{h.name} += {x.name if x is not h else '1'}")
    leaf = p.leaf(ROWS)
    _finish(p, p.bind(f"{h.name} * {leaf.name}", ROWS, (h, leaf), name=p.fresh("out")))


def multi_view(p: Writer, legal: bool) -> None:
    """A write to one of several views; legal on single views and where the base needs no grad."""
    if legal:
        base = p.plain(ROWS) if p.chance(0.5) else _made(p, saving=False)
        part = p.view(base) if base.needs else p.views(base)[0]
        if base.needs and not part.fragile:
            p.write(part)
        elif not base.needs:
            p.emit(f"{part.name}.mul_(2)")
        _finish(p, base if base.needs else p.leaf(ROWS))
        return
    base = _made(p, saving=False)
    if p.chance(0.25):
        with p.block(f"for row in {base.name}:"):
            p.emit(p.random.choice(("row.mul_(2)", "row += 1", "row[0] = 0.0", "row.zero_()")))
    else:
        p.write(p.random.choice(p.views(base)))
    _finish(p, base)


def no_grad_view(p: Writer, legal: bool) -> None:
    """A view made under no_grad is written outside; legal inside, and of what needs no grad."""
    base = p.plain(ROWS) if legal and p.chance(0.5) else _made(p, saving=False)
    with p.mode("with torch.no_grad():", grad=False):
        name = p.fresh("v")
        view = p.random.choice((f"{base.name}[0]", f"{base.name}.unsqueeze(0)", f"{base.name}[:1]"))
        p.emit(f"{name} = {view}")
        if legal and base.needs:
            p.emit(f"{name}.mul_(2)")
    if not (legal and base.needs):
        p.emit(p.random.choice((f"{name}.mul_(2)", f"{name} += 1", f"{name}[0] = 0.5")))
    _finish(p, base if base.needs else p.leaf(ROWS))


def expanded(p: Writer, legal: bool) -> None:
    """A write into expanded memory; legal after a copy, or where the write takes one value."""
    x = p.plain((3,)) if p.chance(0.5) else p.bind("torch.rand(3) + 1", (3,), name=p.fresh("row"))
    name = p.fresh("wide")
    expand = p.random.choice(
        (f"{x.name}.expand(2, 3)", f"{x.name}.expand(4, -1)", f"{x.name}.broadcast_to((2, 3))")
    )
    copy = p.random.choice((".clone()", ".contiguous()", " + 0")) if legal else ""
    p.emit(f"{name} = {expand}{copy}")
    if legal and p.chance(0.3):
        p.emit(p.random.choice((f"{name}.zero_()", f"{name}.fill_(1.0)", f"{name}[0] = 1.0")))
        return
    p.emit(
        p.random.choice(
            (f"{name} += 1", f"{name}.mul_(2)", f"{name}.copy_(torch.ones(3))", f"{name}.exp_()")
        )
    )


def step_before_backward(p: Writer, legal: bool) -> None:
    """An optimizer steps over what a pending graph saved; legal in the other order."""
    first, second = p.fresh("enc"), p.fresh("head")
    p.emit(f"{first} = nn.Linear(3, 3)")
    p.emit(f"{second} = nn.Linear(3, 1)")
    which = p.random.choice((first, second))
    opt = p.optimizer(f"{which}.parameters()")
    x = p.plain(ROWS)
    a, b = p.fresh("loss"), p.fresh("loss")
    p.emit(f"{a} = {second}({first}({x.name})).mean()")
    if legal and p.chance(0.5):
        p.emit(f"{a}.backward()")
        p.emit(f"{opt.name}.step()")
        p.emit(f"{b} = {second}(torch.tanh({first}({x.name}))).sum()")
        p.emit(f"{b}.backward()")
        return
    p.emit(f"{b} = {second}(torch.tanh({first}({x.name}))).sum()")
    p.emit(f"{a}.backward()")
    if legal:
        p.emit(f"{b}.backward()")
        p.emit(f"{opt.name}.step()")
    else:
        p.emit(f"{opt.name}.step()")
        p.emit(f"{b}.backward()")


def out_requires_grad(p: Writer, legal: bool) -> None:
    """`out=` with operands that require grad; legal under no_grad, or without them."""
    x = p.any_tensor(ROWS, needs=not legal) if not legal else p.plain(ROWS)
    y, z = p.any_tensor(ROWS), p.plain(ROWS)
    if legal:
        y = p.plain(ROWS)
    text = p.random.choice(op.OUT).format(x=x.name, y=y.name, z=z.name)
    if legal and p.chance(0.5):
        text = text.replace(y.name, p.leaf(ROWS).name)
        with p.mode("with torch.no_grad():", grad=False):
            p.emit(text)
    else:
        p.emit(text)


def inference(p: Writer, legal: bool) -> None:
    """An inference tensor is saved or written outside; legal after a clone, or in a sum."""
    x, w, name = p.any_tensor(ROWS), p.leaf(ROWS), p.fresh("feat")
    with p.block("with torch.inference_mode():"):
        p.emit(f"{name} = {x.name} * 2")
    if legal:
        p.emit(p.random.choice((f"{name} = {name}.clone()", f"print_me = {name}.sum().item()")))
        product = p.fresh("prod")
        p.emit(f"{product} = {w.name} + {name}")
        p.emit(f"{product}.sum().backward()")
    elif p.chance(0.3):
        p.emit(p.random.choice((f"{name}.mul_(2)", f"{name} += 1", f"{name}[0] = 0.0")))
    else:
        p.emit(f"{p.fresh('prod')} = {w.name} * {name}")


def backward_twice(p: Writer, legal: bool) -> None:
    """A second backward through a freed part; legal where it was retained, or saved nothing."""
    w = p.leaf(ROWS)
    kept = p.random.choice(("retain", "linear", "fresh")) if legal else ""
    method = p.random.choice(op.METHODS)
    shared = p.fresh("shared")
    p.emit(f"{shared} = {w.name} + 1" if kept == "linear" else f"{shared} = {w.name}.{method}()")
    first, second = p.fresh("loss"), p.fresh("loss")
    retain = "retain_graph=True" if kept == "retain" else ""
    p.emit(f"{first} = {shared}.sum()")
    if p.chance(0.4) and kept != "fresh":
        p.emit(f"{first}.backward({retain})")
        p.emit(f"{first}.backward()")
        return
    if p.chance(0.5):
        p.emit(f"{second} = {shared}.mean()")
        p.emit(f"{first}.backward({retain})")
    else:
        p.emit(f"{first}.backward({retain})")
        source = f"({w.name} * 2)" if kept == "fresh" else shared
        p.emit(f"{second} = {source}.mean()")
        p.emit(f"{second}.backward()")
        return
    if kept == "fresh":
        p.emit(f"{second} = ({w.name} * 3).sum()")
    if p.chance(0.25):
        p.emit(f"{p.fresh('g')} = torch.autograd.grad({second}, {w.name})")
    else:
        p.emit(f"{second}.backward()")


def reused_in_loop(p: Writer, legal: bool) -> None:
    """The second round goes into the first round's graph; legal where it is cut or remade."""
    w = p.leaf(ROWS)
    x = p.any_tensor(ROWS)
    rounds, i = p.random.choice((2, 2, 3, 4)), p.fresh("i")
    how = p.random.randrange(4)
    state, loss = p.fresh("carry"), p.fresh("loss")
    cut = ".detach()" if legal else ""
    method = p.random.choice(("tanh", "exp", "sigmoid", "square", "relu"))
    if how == 0:
        p.emit(f"{state} = {w.name}.{method}()")
        if legal:
            p.emit(f"{state} = {state}.detach()")
        with p.block(f"for {i} in range({rounds}):"):
            p.emit(f"{loss} = ({state} * {w.name}).sum()")
            p.emit(f"{loss}.backward()")
        return
    if how == 1:
        p.emit(f"{state} = torch.zeros(2, 3)")
        with p.block(f"for {i} in range({rounds}):"):
            p.emit(f"{state} = torch.{method}({state}{cut} * {w.name} + {x.name}.detach())")
            p.emit(f"{loss} = {state}.sum()")
            p.emit(f"{loss}.backward()")
        return
    if how == 2:
        total = p.fresh("total")
        p.emit(f"{total} = 0.0")
        with p.block(f"for {i} in range({rounds}):"):
            p.emit(f"{loss} = ({w.name} * {x.name}.detach()).{method}().sum()")
            p.emit(f"{total} = {total} + {loss}{'.item()' if legal else ''}")
            p.emit(f"{loss if legal else total}.backward()")
        return
    cell = p.fresh("cell")
    p.emit(f"{cell} = nn.{p.random.choice(('GRUCell', 'RNNCell'))}(3, 3)")
    p.emit(f"{state} = torch.zeros(2, 3)")
    with p.block(f"for {i} in range({rounds}):"):
        if legal:
            p.emit(f"{state} = {state}.detach()")
        p.emit(f"{state} = {cell}({x.name}.detach(), {state})")
        condition = f"if {i} % 2 == 1:" if p.chance(0.3) else ""
        if condition:
            with p.block(condition):
                p.emit(f"{state}.sum().backward()")
        else:
            p.emit(f"{state}.pow(2).mean().backward()")


def nonscalar(p: Writer, legal: bool) -> None:
    """A backward of several elements; legal with a gradient, or of one element."""
    y = _made(p)
    if not legal:
        name = y.name
        if p.chance(0.3):
            name = p.fresh("loss")
            p.emit(f"{name} = F.mse_loss({y.name}, torch.zeros(2, 3), reduction='none')")
        p.emit(
            p.random.choice(
                (
                    f"{name}.backward()",
                    f"{name}.sum(0).backward()",
                    f"torch.autograd.backward({name})",
                )
            )
        )
        return
    p.emit(
        p.random.choice(
            (
                f"{y.name}.backward(torch.ones(2, 3))",
                f"{y.name}.backward(gradient=torch.ones_like({y.name}))",
                f"{y.name}.sum(0).sum(0, keepdim=True).backward()",
                f"{y.name}[0, 0].backward()",
                f"{y.name}.mean().backward()",
            )
        )
    )


def without_grad(p: Writer, legal: bool) -> None:
    """A backward of what was built without grad; legal where grad mode was on."""
    x = p.any_tensor(ROWS, needs=True)
    loss = p.fresh("loss")
    how = p.random.randrange(4)
    if how == 0:
        with p.block(f"with torch.{'enable_grad' if legal else 'no_grad'}():"):
            p.emit(f"{loss} = ({x.name} * 2).sum()")
    elif how == 1:
        p.emit(f"{loss} = {x.name}{'' if legal else '.detach()'}.tanh().mean()")
    elif how == 2:
        p.emit(f"{loss} = {x.name}.sum()")
        p.emit(f"{loss} = torch.tensor({loss}.item(){', requires_grad=True' if legal else ''})")
    else:
        name = p.fresh("evaluate")
        if not legal:
            p.emit("@torch.no_grad()")
        with p.block(f"def {name}(v):"):
            p.emit("return (v * v).sum()")
        p.emit(f"{loss} = {name}({x.name}{'.clone()' if legal else ''})")
    if x.spent and legal:
        return
    p.emit(f"{loss}.backward()")


def nonfloat(p: Writer, legal: bool) -> None:
    """requires_grad on integers; legal on floats."""
    name = p.fresh("idx")
    if legal:
        p.emit(f"{name} = torch.arange(3.0).requires_grad_()")
        return
    p.emit(
        p.random.choice(
            (
                f"{name} = torch.arange(3).requires_grad_()",
                f"{name} = torch.tensor([1, 2], requires_grad=True)",
                f"{name} = torch.zeros(3, dtype=torch.long, requires_grad=True)",
                f"{name} = (torch.randn(3) > 0).requires_grad_()",
            )
        )
    )


def nonleaf_flag(p: Writer, legal: bool) -> None:
    """requires_grad of a non-leaf is changed; legal on leaves and detached copies."""
    y = _made(p)
    if legal:
        p.emit(f"{p.fresh('cut')} = {y.name}.detach().requires_grad_()")
    else:
        p.emit(f"{y.name}.requires_grad = {p.random.choice(('True', 'False', 'False'))}")


def to_numpy(p: Writer, legal: bool) -> None:
    """numpy() of what requires grad; legal when detached."""
    y = _made(p)
    p.emit(f"{p.fresh('array')} = {y.name}{'.detach()' if legal else ''}.numpy()")


def deepcopied(p: Writer, legal: bool) -> None:
    """A deep copy of a non-leaf; legal of leaves and modules."""
    y = p.leaf() if legal else _made(p)
    p.emit("import copy")
    p.emit(f"{p.fresh('twin')} = copy.deepcopy({y.name})")


def nonleaf_optimized(p: Writer, legal: bool) -> None:
    """An optimizer over a non-leaf; legal over leaves."""
    p.optimizer(f"[{p.leaf().name if legal else _made(p).name}]")


def hooked(p: Writer, legal: bool) -> None:
    """A hook on what needs no grad; legal otherwise."""
    x = p.leaf() if legal else p.plain()
    p.emit(f"{x.name}.register_hook(lambda grad: grad * 2)")


# How often each is written: the founding rules' errors most.
GAMBITS: tuple[tuple[int, Gambit], ...] = (
    (12, leaf_inplace),
    (14, saved_modified),
    (8, module_chain),
    (8, multi_view),
    (4, no_grad_view),
    (3, expanded),
    (6, step_before_backward),
    (2, out_requires_grad),
    (3, inference),
    (12, backward_twice),
    (12, reused_in_loop),
    (7, nonscalar),
    (8, without_grad),
    (1, nonfloat),
    (1, nonleaf_flag),
    (1, to_numpy),
    (1, deepcopied),
    (1, nonleaf_optimized),
    (1, hooked),
)
