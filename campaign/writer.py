"""Writes one random program: what is in scope, and the statements that add to it.

The writer follows shapes exactly, so that programs fail for autograd's reasons alone, and the state
of autograd loosely, only to steer: a cautious program avoids what it believes to be spent or
saved. Whether it is right about that is for torch to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import prod
from random import Random

from campaign import operators as op
from campaign.operators import Shape, broadcast

SHAPES: tuple[Shape, ...] = ((2, 3), (2, 3), (2, 3), (3,), (3,), (3, 3), ())
STEMS = ("x", "y", "h", "z", "out", "feat", "state", "mix", "act")


@dataclass(eq=False, slots=True)
class Memory:
    """What views share."""

    saved: bool = False
    """A pending graph may need its contents."""


@dataclass(eq=False, slots=True)
class Tensor:
    """A tensor in scope; the name is any expression that stands for it."""

    name: str
    shape: Shape
    needs: bool = False
    leaf: bool = False
    """A leaf that requires grad, or a view of one."""
    memory: Memory = field(default_factory=Memory)
    parents: tuple[Tensor, ...] = ()
    assignable: bool = True
    contiguous: bool = True
    fragile: bool = False
    """A write raises: one of several views, expanded, of inference mode, a view made in no_grad."""
    spent: bool = False
    """A backward has freed what lies behind it."""

    @property
    def elements(self) -> int:
        """How many elements it has."""
        return prod(self.shape)


@dataclass(eq=False, slots=True)
class Module:
    """A module in scope, which takes (2, 3) to the same shape; its parameters by name, if known."""

    name: str
    call: str
    parameters: tuple[Tensor, ...] = ()


@dataclass(eq=False, slots=True)
class Function:
    """A helper in scope, and the shapes that it takes and gives."""

    name: str
    takes: tuple[Shape, ...]
    gives: Shape
    grad: bool


@dataclass(eq=False, slots=True)
class Optimizer:
    """An optimizer in scope."""

    name: str


class Writer:
    """A program under way."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.tensors: list[Tensor] = []
        self.modules: list[Module] = []
        self.functions: list[Function] = []
        self.optimizers: list[Optimizer] = []
        self.activations: list[str] = []
        self.daring = random.choice((0.0, 0.0, 0.03, 0.1, 0.3))
        self.grad = True
        self.inference = False
        self.loops = 0
        self.in_function = False
        self._indent = 0
        self._counter = 0
        self._outer: set[str] = set()
        self._rebound: list[str] = []

    # Text

    def emit(self, line: str) -> None:
        """Add one line at the present indentation."""
        self.lines.append("    " * self._indent + line)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """A header and its indented body."""
        self.emit(header)
        self._indent += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.emit("pass")
        self._indent -= 1

    def fresh(self, stem: str) -> str:
        """A name not used before."""
        self._counter += 1
        return f"{stem}{self._counter}"

    def chance(self, probability: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < probability

    # Scope

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What comes into scope inside goes out of it again."""
        kept = (self.tensors[:], self.modules[:], self.functions[:], self.optimizers[:])
        yield
        self.tensors, self.modules, self.functions, self.optimizers = kept

    @contextmanager
    def fresh_scope(self) -> Iterator[None]:
        """A function's body that sees nothing but what is put there."""
        within, self.in_function = self.in_function, True
        grad, self.grad = self.grad, True
        with self.scope():
            self.tensors, self.modules, self.optimizers = [], [], []
            yield
        self.in_function, self.grad = within, grad

    @contextmanager
    def closure(self) -> Iterator[None]:
        """A function or method without parameters over the module's own names, and its call."""
        name, kind = self.fresh("run"), self.fresh("Trainer") if self.chance(0.3) else ""
        self._outer = {tensor.name for tensor in self.tensors if tensor.name.isidentifier()}
        self._rebound = []
        self.in_function = True
        with ExitStack() as stack:
            stack.enter_context(self.scope())
            if kind:
                stack.enter_context(self.block(f"class {kind}:"))
            stack.enter_context(self.block(f"def {name}({'self' if kind else ''}):"))
            start = len(self.lines)
            yield
            if self._rebound:
                names = ", ".join(dict.fromkeys(self._rebound))
                self.lines.insert(start, "    " * self._indent + f"global {names}")
        self.in_function = False
        self._outer = set()
        self.emit(f"{kind}().{name}()" if kind else f"{name}()")

    @contextmanager
    def mode(self, header: str, *, grad: bool, inference: bool = False) -> Iterator[None]:
        """A `with` block in another grad mode."""
        before = (self.grad, self.inference)
        with self.block(header):
            self.grad, self.inference = grad, inference
            yield
        self.grad, self.inference = before

    def put(self, tensor: Tensor) -> Tensor:
        """Bring a tensor into scope, in the place of what had its name."""
        self.tensors = [other for other in self.tensors if other.name != tensor.name]
        self.tensors.append(tensor)
        if tensor.name in self._outer:
            self._rebound.append(tensor.name)
        return tensor

    def pick(self, fits: Callable[[Tensor], bool], *, daring: float | None = None) -> Tensor | None:
        """A tensor in scope that fits, most often a recent one; None where there is none."""
        able = [tensor for tensor in self.tensors if fits(tensor)]
        if not self.chance(self.daring if daring is None else daring):
            able = [tensor for tensor in able if not tensor.spent]
        if not able:
            return None
        return self.random.choice(able[-6:] if self.chance(0.7) else able)

    def any_tensor(self, shape: Shape | None = None, *, needs: bool = False) -> Tensor:
        """A tensor of a shape, made if there is none."""
        found = self.pick(
            lambda tensor: (shape is None or tensor.shape == shape) and (tensor.needs or not needs)
        )
        if found is not None:
            return found
        if needs or self.chance(0.3):
            return self.leaf(shape)
        return self.plain(shape)

    # Makers

    def leaf(self, shape: Shape | None = None) -> Tensor:
        """Write a new leaf that requires grad."""
        shape = self.random.choice(SHAPES) if shape is None else shape
        name = self.fresh(self.random.choice(("w", "theta", "weight", "p")))
        how = self.random.randrange(6)
        if how == 0:
            self.emit(f"{name} = {self.literal(shape, requires_grad=True)}")
        elif how == 1:
            self.emit(f"{name} = torch.zeros({shape}).requires_grad_()")
        elif how == 2:
            self.emit(f"{name} = nn.Parameter(torch.randn({shape}))")
        elif how == 3:
            self.emit(f"{name} = torch.ones({shape})")
            self.emit(f"{name}.requires_grad = True")
        else:
            self.emit(f"{name} = torch.randn({shape}, requires_grad=True)")
        return self.put(Tensor(name, shape, needs=True, leaf=True))

    def plain(self, shape: Shape | None = None) -> Tensor:
        """Write a new tensor that needs no grad."""
        shape = self.random.choice(SHAPES) if shape is None else shape
        name = self.fresh(self.random.choice(("data", "target", "noise", "mask", "inputs")))
        maker = self.random.choice(
            (
                f"torch.randn({shape})",
                f"torch.rand({shape})",
                f"torch.ones({shape})",
                f"torch.zeros({shape})",
                f"torch.full({shape}, 0.5)",
                f"(torch.randn({shape}) > 0).float()",
                f"torch.linspace(-1, 1, {max(1, prod(shape))}).reshape({shape})",
                self.literal(shape),
            )
        )
        self.emit(f"{name} = {maker}")
        return self.put(Tensor(name, shape, contiguous=True))

    def literal(self, shape: Shape, *, requires_grad: bool = False) -> str:
        """`torch.tensor` of numbers."""

        def numbers(rest: Sequence[int]) -> str:
            if not rest:
                return f"{self.random.randrange(-9, 10) / 4 + 0.1:.2f}"
            return "[" + ", ".join(numbers(rest[1:]) for _ in range(rest[0])) + "]"

        return f"torch.tensor({numbers(shape)}{', requires_grad=True' if requires_grad else ''})"

    def bind(
        self,
        expression: str,
        shape: Shape,
        parents: Sequence[Tensor] = (),
        *,
        linear: bool = False,
        name: str | None = None,
        of: Tensor | None = None,
        fragile: bool = False,
        contiguous: bool | None = None,
    ) -> Tensor:
        """Write `name = expression`; `of` is the tensor whose memory the result shares."""
        needs = self.grad and any(parent.needs for parent in parents)
        memory = of.memory if of is not None else Memory()
        if needs and not linear:
            for parent in parents:
                parent.memory.saved = True
            memory.saved = memory.saved or of is None
        result = Tensor(
            name or self._target(shape),
            shape,
            needs=needs,
            leaf=of is not None and of.leaf and needs,
            memory=memory,
            parents=tuple(parents),
            contiguous=(
                all(parent.contiguous for parent in parents) if contiguous is None else contiguous
            ),
            fragile=fragile or self.inference or (of is not None and of.fragile),
            spent=any(parent.spent for parent in parents),
        )
        self.emit(f"{result.name} = {expression}")
        return self.put(result)

    def _target(self, shape: Shape) -> str:
        """A new name, or one to rebind that stands for a tensor of the same shape."""
        if self.chance(0.3) and (not self.loops or self.chance(self.daring)):
            old = [
                tensor
                for tensor in self.tensors
                if tensor.assignable and tensor.shape == shape and not tensor.leaf
            ]
            if old:
                return self.random.choice(old).name
        return self.fresh(self.random.choice(STEMS))

    # Statements

    def compute(self, x: Tensor | None = None) -> Tensor:
        """Write an operation on what is in scope."""
        x = x or self.any_tensor(needs=self.chance(0.7))
        how = self.random.random()
        if how < 0.35:
            return self.unary(x)
        if how < 0.65:
            return self.binary(x)
        if how < 0.72:
            y, z = self.any_tensor(x.shape), self.any_tensor(x.shape)
            template = self.random.choice(op.TERNARY)
            return self.bind(template.format(x=x.name, y=y.name, z=z.name), x.shape, (x, y, z))
        if how < 0.82 and x.shape:
            return self.along(x)
        if how < 0.92 and x.shape and x.shape[-1] == 3:
            return self.product(x)
        if how < 0.96 and x.shape:
            y = self.any_tensor(x.shape)
            if self.chance(0.5):
                shape = (x.shape[0] + y.shape[0], *x.shape[1:])
                expression = f"torch.cat([{x.name}, {y.name}])"
            else:
                shape = (2, *x.shape)
                expression = f"torch.stack([{x.name}, {y.name}])"
            return self.bind(expression, shape, (x, y), linear=True, contiguous=True)
        return self.reduce(x)

    def unary(self, x: Tensor, *, linear: bool | None = None) -> Tensor:
        """Write an operation on one tensor that keeps its shape."""
        linear = self.chance(0.2) if linear is None else linear
        if linear:
            expression = self.random.choice(op.LINEAR).format(x=x.name)
        elif self.activations and self.chance(0.2):
            expression = f"{self.random.choice(self.activations)}({x.name})"
        elif self.chance(0.5):
            method = self.random.choice(op.METHODS)
            expression = self.random.choice((f"{x.name}.{method}()", f"torch.{method}({x.name})"))
        elif self.chance(0.15):
            expression = f"{self.random.choice(op.MODULES)}({x.name})"
        else:
            expression = self.random.choice(op.UNARY).format(x=x.name)
        return self.bind(expression, x.shape, (x,), linear=linear, contiguous=False)

    def binary(self, x: Tensor, *, linear: bool | None = None) -> Tensor:
        """Write an operation on two tensors whose shapes broadcast."""
        y = self.pick(lambda other: broadcast(x.shape, other.shape) is not None)
        y = y or self.any_tensor(x.shape)
        shape = broadcast(x.shape, y.shape)
        assert shape is not None
        linear = self.chance(0.3) if linear is None else linear
        template = self.random.choice(op.BINARY_LINEAR if linear else op.BINARY)
        return self.bind(template.format(x=x.name, y=y.name), shape, (x, y), linear=linear)

    def along(self, x: Tensor) -> Tensor:
        """Write an operation along one dimension."""
        d = self.random.randrange(len(x.shape))
        if self.chance(0.5):
            shape = x.shape[:d] + x.shape[d + 1 :]
            expression = self.random.choice(op.ALONG_DROPPING).format(x=x.name, d=d)
            return self.bind(expression, shape, (x,), contiguous=False)
        able = op.ALONG_KEEPING if len(x.shape) > 1 else op.ALONG_KEEPING[:-1]
        expression = self.random.choice(able).format(
            x=x.name, d=d, shape=x.shape, n=x.shape[d], last=x.shape[-1:]
        )
        return self.bind(expression, x.shape, (x,), contiguous=False)

    def product(self, x: Tensor) -> Tensor:
        """Write a matrix product; the last dimension of `x` is 3."""
        q = self.any_tensor((3, 3))
        able = [f"{x.name} @ {q.name}", f"torch.matmul({x.name}, {q.name})"]
        able.append(f"F.linear({x.name}, {q.name})")
        if len(x.shape) == 2:
            able.append(f"torch.mm({x.name}, {q.name})")
            able.append(f"{x.name}.mm({q.name}.t())")
            able.append(f"torch.einsum('ij,jk->ik', {x.name}, {q.name})")
            able.append(f"torch.addmm({x.name}, {x.name}, {q.name})")
        if len(x.shape) == 1:
            able.append(f"torch.mv({q.name}, {x.name})")
            able.append(f"{q.name}.matmul({x.name})")
        return self.bind(self.random.choice(able), x.shape, (x, q), contiguous=False)

    def reduce(self, x: Tensor, *, linear: bool = False) -> Tensor:
        """Write a reduction to one element."""
        template = self.random.choice(op.REDUCTIONS_LINEAR if linear else op.REDUCTIONS)
        dims = tuple(range(len(x.shape))) or 0
        return self.bind(template.format(x=x.name, dims=dims), (), (x,), linear=linear)

    def view(self, x: Tensor | None = None, *, single: bool = True) -> Tensor:
        """Write a view: a single one, or one that may be expanded."""
        x = x or self.any_tensor(needs=self.chance(0.6))
        shape, n = x.shape, x.name
        able: list[tuple[str, Shape, bool]] = [
            (f"{n}.view_as({n})", shape, True),
            (f"{n}.unsqueeze(0)", (1, *shape), True),
            (f"{n}[None]", (1, *shape), True),
            (f"{n}.squeeze()", tuple(size for size in shape if size != 1), True),
        ]
        if x.contiguous:
            able += [(f"{n}.view(-1)", (x.elements,), True), (f"{n}.view({shape})", shape, True)]
            able += [(f"{n}.reshape(-1)", (x.elements,), True)]
        if shape:
            able += [
                (f"{n}[0]", shape[1:], True),
                (f"{n}[-1]", shape[1:], True),
                (f"{n}[:1]", (1, *shape[1:]), True),
                (f"{n}[..., 0]", shape[:-1], False),
                (f"{n}.narrow(0, 0, 1)", (1, *shape[1:]), True),
                (f"{n}.select(0, 0)", shape[1:], True),
            ]
        if len(shape) == 2:
            back = (shape[1], shape[0])
            able += [
                (f"{n}.t()", back, False),
                (f"{n}.T", back, False),
                (f"{n}.transpose(0, 1)", back, False),
                (f"{n}.permute(1, 0)", back, False),
                (f"{n}[:, 0]", shape[:1], False),
                (f"{n}.diagonal()", (min(shape),), False),
            ]
        expression, result, contiguous = self.random.choice(able)
        fragile = False
        if not single and self.chance(0.5) and len(shape) < 3:
            expression, result, fragile = f"{n}.expand({(2, *shape)})", (2, *shape), True
            contiguous = False
        fragile = fragile or (not self.grad and x.needs)
        return self.bind(
            expression,
            result,
            (x,),
            linear=True,
            of=x,
            fragile=fragile,
            contiguous=contiguous and x.contiguous,
        )

    def views(self, x: Tensor | None = None) -> tuple[Tensor, ...]:
        """Write several views at once."""
        x = x or self.any_tensor((2, 3), needs=self.chance(0.7))
        if len(x.shape) != 2 or x.shape[0] != 2:
            x = self.any_tensor((2, 3))
        expression, shape = self.random.choice(
            (
                (f"{x.name}.chunk(2)", (1, 3)),
                (f"{x.name}.split(1)", (1, 3)),
                (f"torch.split({x.name}, 1)", (1, 3)),
                (f"{x.name}.unbind(0)", (3,)),
                (f"torch.unbind({x.name})", (3,)),
                (f"torch.chunk({x.name}, 2, dim=0)", (1, 3)),
                (f"{x.name}.split([1, 1])", (1, 3)),
            )
        )
        needs = self.grad and x.needs
        if self.chance(0.7):
            names = [self.fresh("part"), self.fresh("part")]
            self.emit(f"{', '.join(names)} = {expression}")
            assignable = True
        else:
            group = self.fresh("parts")
            names = [f"{group}[0]", f"{group}[1]"]
            self.emit(f"{group} = {expression}")
            assignable = False
        return tuple(
            self.put(
                Tensor(
                    name,
                    shape,
                    needs=needs,
                    leaf=x.leaf and needs,
                    memory=x.memory,
                    parents=(x,),
                    assignable=assignable,
                    contiguous=False,
                    fragile=True,
                    spent=x.spent,
                )
            )
            for name in names
        )

    def write(self, x: Tensor) -> None:
        """Write an in-place write to a tensor."""
        n = x.name
        kind = self.random.random()
        y = self.pick(
            lambda other: (
                other.memory is not x.memory and broadcast(x.shape, other.shape) == x.shape
            )
        )
        one_row = (1, *x.shape[1:])
        if kind < 0.2:
            self.emit(f"{n}.{self.random.choice(op.INPLACE_METHODS)}_()")
        elif kind < 0.35:
            self.emit(self.random.choice(op.INPLACE_FUNCTIONS).format(x=n))
        elif kind < 0.4:
            self.emit(f"{self.random.choice(op.INPLACE_MODULES)}({n})")
        elif kind < 0.55 and x.assignable:
            augmented = self.random.choice(op.INPLACE_AUGMENTED).format(x=n)
            if y is not None and self.chance(0.5):
                self._mix(x, y)
                augmented = self.random.choice(op.INPLACE_AUGMENTED_BINARY).format(x=n, y=y.name)
            self.emit(augmented)
            if n in self._outer:
                self._rebound.append(n)
        elif kind < 0.7 and y is not None:
            able = op.INPLACE_BINARY if x.shape else op.INPLACE_BINARY[:-1]
            self._mix(x, y)
            self.emit(self.random.choice(able).format(x=n, y=y.name))
        elif kind < 0.85 and x.shape:
            template = self.random.choice(op.INPLACE_ROWS)
            self.emit(template.format(x=n, shape=x.shape, one_row=one_row))
        else:
            self.emit(self.random.choice(op.INPLACE_PLAIN).format(x=n))

    def _mix(self, x: Tensor, y: Tensor) -> None:
        """An in-place write makes the tensor depend on another."""
        x.parents = (*x.parents, y)
        x.needs = x.needs or (self.grad and y.needs)
        x.spent = x.spent or y.spent
        if x.needs:
            y.memory.saved = True

    def write_somewhere(self) -> None:
        """Write an in-place write that is legal as far as a cautious writer knows."""
        if self.chance(self.daring):
            x = self.any_tensor()
            if not self.chance(0.2):
                self.write(x)
            else:
                unseen = (*op.INPLACE_UNSEEN, *op.INPLACE_DETACHED)
                self.emit(self.random.choice(unseen).format(x=x.name))
            return
        able = self.pick(
            lambda x: (
                not x.fragile
                and not x.memory.saved
                and (not x.leaf or not self.grad)
                and not self.loops
            ),
            daring=0,
        )
        self.write(able or self.unary(self.any_tensor(), linear=True))

    def loss(self, *parts: Tensor, linear: bool = False) -> Tensor:
        """Write a loss of one element over some tensors, or over what is in scope."""
        chosen = list(parts)
        while not chosen or (not parts and len(chosen) < 3 and self.chance(0.4)):
            chosen.append(self.any_tensor(needs=True))
        terms: list[str] = []
        others: list[Tensor] = []
        for part in chosen:
            other = self._like(part)
            if other is not None and not linear and self.chance(0.3):
                template = self.random.choice(op.LOSSES)
                terms.append(template.format(x=part.name, y=other.name))
                others.append(other)
                continue
            table = op.REDUCTIONS_LINEAR if linear or self.chance(0.5) else op.REDUCTIONS
            dims = tuple(range(len(part.shape))) or 0
            terms.append(self.random.choice(table).format(x=part.name, dims=dims))
        name = self.fresh(self.random.choice(("loss", "cost", "objective")))
        expression = " + ".join(terms)
        if not linear and self.chance(0.2):
            expression = f"({expression}) * 0.5"
        return self.bind(expression, (), (*chosen, *others), name=name)

    def _like(self, tensor: Tensor) -> Tensor | None:
        return self.pick(lambda other: other.shape == tensor.shape and other is not tensor)

    def backward(self, loss: Tensor, *, retain: bool | None = None) -> None:
        """Write a backward from a loss of one element, and take note of what it frees."""
        retain = self.chance(0.1) if retain is None else retain
        keep = "retain_graph=True" if retain else ""
        how = self.random.random()
        leaves = [tensor for tensor in self.tensors if tensor.leaf and not tensor.parents]
        if how < 0.1:
            self.emit(f"torch.autograd.backward({loss.name}{', ' * retain}{keep})")
        elif how < 0.16 and leaves:
            w = self.random.choice(leaves).name
            unused = f"allow_unused=True{', ' * retain}{keep}"
            name = self.fresh("grads")
            self.emit(f"{name} = torch.autograd.grad({loss.name}, [{w}], {unused})")
        elif how < 0.2 and leaves:
            w = self.random.choice(leaves).name
            self.emit(f"{loss.name}.backward(inputs=[{w}]{', ' * retain}{keep})")
        elif how < 0.24:
            self.emit(f"{loss.name}.backward(torch.tensor(1.0){', ' * retain}{keep})")
        elif how < 0.27:
            self.emit(f"{loss.name}.backward(create_graph=True)")
            retain = True
        else:
            self.emit(f"{loss.name}.backward({keep})")
        if not retain:
            self._free(loss)

    def _free(self, root: Tensor) -> None:
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            tensor = waiting.pop()
            if id(tensor) in seen:
                continue
            seen.add(id(tensor))
            if tensor.needs and (not tensor.leaf or tensor.parents):
                tensor.spent = True
            tensor.memory.saved = False
            waiting.extend(tensor.parents)

    def layers(self) -> Module:
        """Write a module."""
        name = self.fresh(self.random.choice(("net", "layer", "model", "fc")))
        return self.module(name)

    def module(self, name: str) -> Module:
        """Write `name = ` a module of torch's."""
        weight = Tensor(f"{name}.weight", (3, 3), needs=True, leaf=True, assignable=False)
        bias = Tensor(f"{name}.bias", (3,), needs=True, leaf=True, assignable=False)
        scale = Tensor(f"{name}.weight", (3,), needs=True, leaf=True, assignable=False)
        plain = f"{name}({{x}})"
        act = self.random.choice((*op.MODULES, *op.INPLACE_MODULES))
        chain = f"nn.Sequential(nn.Linear(3, 4), {act}, nn.Linear(4, 3))"
        chains = f"nn.Sequential(nn.Linear(3, 3), {act}, {self.random.choice(op.MODULES)})"
        able = (
            ("nn.Linear(3, 3)", Module(name, plain, (weight, bias))),
            ("nn.Linear(3, 3)", Module(name, plain, (weight, bias))),
            ("nn.Linear(3, 3, bias=False)", Module(name, plain, (weight,))),
            ("nn.LayerNorm(3)", Module(name, plain, (scale, bias))),
            ("nn.BatchNorm1d(3)", Module(name, plain, (scale, bias))),
            ("nn.LSTM(3, 3)", Module(name, f"{plain}[0]")),
            ("nn.GRU(3, 3)", Module(name, f"{plain}[0]")),
            ("nn.RNNCell(3, 3)", Module(name, plain)),
            ("nn.GRUCell(3, 3)", Module(name, plain)),
            ("nn.RNN(3, 3)", Module(name, f"{plain}[0]")),
            (chain, Module(name, plain)),
            (chains, Module(name, plain)),
            (chains, Module(name, plain)),
            (act, Module(name, plain)),
        )
        maker, module = self.random.choice(able)
        self.emit(f"{name} = {maker}")
        self.modules.append(module)
        if "." not in name and self.chance(0.3):
            for parameter in module.parameters:
                self.put(parameter)
        return module

    def call(self, module: Module | None = None, x: Tensor | None = None) -> Tensor:
        """Write a module's call."""
        if module is None:
            module = self.random.choice(self.modules) if self.modules else self.layers()
        if x is None or x.shape != (2, 3):
            x = self.any_tensor((2, 3))
        return self.bind(
            module.call.format(x=x.name), (2, 3), (x, *(module.parameters or [_HIDDEN]))
        )

    def optimizer(self, parameters: str | None = None) -> Optimizer:
        """Write an optimizer over leaves and modules in scope."""
        leaves = [tensor for tensor in self.tensors if tensor.leaf and not tensor.parents]
        trained = [module for module in self.modules if module.parameters]
        if parameters is None:
            if trained and self.chance(0.6):
                parameters = f"{self.random.choice(trained).name}.parameters()"
            else:
                leaves = leaves or [self.leaf()]
                chosen = self.random.sample(leaves, min(len(leaves), self.random.choice((1, 2))))
                parameters = f"[{', '.join(leaf.name for leaf in chosen)}]"
        name = self.fresh(self.random.choice(("opt", "optimizer")))
        kind = self.random.choice(("SGD", "SGD", "Adam", "AdamW", "RMSprop"))
        self.emit(f"{name} = torch.optim.{kind}({parameters}, lr=0.1)")
        optimizer = Optimizer(name)
        self.optimizers.append(optimizer)
        return optimizer


_HIDDEN = Tensor("", (), needs=True, leaf=True)
"""The parameters of a module that the program does not name."""
