"""`torch.distributions`: what their methods compute from the parameters."""

from __future__ import annotations

from autograd_lint.autograd import shapes
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import calls
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Instance, Native, Torch, Value

_DISCRETE = frozenset(
    {"Categorical", "Bernoulli", "Binomial", "Geometric", "Multinomial", "Poisson",
     "NegativeBinomial", "OneHotCategorical"}
)  # fmt: skip
"""Those without `rsample`."""
_COMPUTED = frozenset(
    {"log_prob", "entropy", "cdf", "icdf", "perplexity", "cross_entropy", "enumerate_support"}
)
"""Methods whose result depends differentiably on the parameters."""
_OVER_CLASSES = frozenset({"Categorical", "MultivariateNormal", "Dirichlet", "Multinomial"})
"""Those whose last dimension is that of one event."""
_STATISTICS = frozenset({"mean", "variance", "stddev", "mode"})


def is_distribution(cls: Torch) -> bool:
    """Whether a class of torch's is a distribution."""
    space, _, name = cls.name.rpartition(".")
    return space.startswith("torch.distributions") and name[:1].isupper()


def make(machine: Machine, cls: Torch, args: list[Value], kwargs: dict[str, Value]) -> Instance:
    """Make a distribution, which keeps its parameters."""
    made = machine.native(cls)
    initialize(made, args, kwargs)
    return made


def initialize(made: Instance, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Keep the parameters of a distribution, as its `__init__` does."""
    parameters = calls.tensors_in([*args, *kwargs.values()])
    for value in [*args, *kwargs.values()]:
        if isinstance(value, Instance) and isinstance(value.payload, tuple):
            parameters.extend(value.payload)
    made.payload = tuple(parameters)
    for name in ("loc", "scale", "probs", "logits", "base_dist", "rate", "concentration"):
        if name in kwargs:
            made.attrs[name] = kwargs[name]


def attribute(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute of a distribution, `None` if it has none of that name."""
    if name == "__init__":
        return Native(name, lambda machine, args, kwargs: initialize(value, args, kwargs))
    if not isinstance(value.payload, tuple):
        return None  # made in a way that was not seen
    parameters: tuple[Tensor, ...] = value.payload
    if name in _STATISTICS:
        return _computed(machine, base, name, parameters, ())
    if name in _COMPUTED:
        return Native(
            name,
            lambda machine, args, kwargs: _computed(
                machine, base, name, parameters, calls.tensors_in([*args, *kwargs.values()])
            ),
        )
    if name in ("rsample", "sample", "sample_n"):
        return Native(
            name,
            lambda machine, args, kwargs: _sample(
                machine, base, name, parameters, bool(args or kwargs)
            ),
        )
    return None


def _computed(
    machine: Machine,
    base: Torch,
    name: str,
    parameters: tuple[Tensor, ...],
    given: list[Tensor] | tuple[()],
) -> Tensor:
    """Return what is computed from the parameters, which the distribution has worked on before."""
    short = base.name.rpartition(".")[2]
    operands = [*parameters, *given]
    if name == "log_prob":
        for cut in {cut for tensor in given for cut in tensor.provenance.cuts}:
            cut.bridged = True  # the score function is what brings the gradient
    shape = shapes.broadcast([tensor.shape for tensor in operands])
    if short in _OVER_CLASSES:
        shape = shapes.reduced(parameters[0].shape, -1) if parameters else None
    made = machine.autograd.record(f"{short}.{name}", operands, twice=True, shape=shape)
    made.opaque = any(tensor.opaque for tensor in (*parameters, *given))
    made.dtype = "float"
    return made


def _sample(
    machine: Machine, base: Torch, name: str, parameters: tuple[Tensor, ...], sized: bool
) -> Tensor:
    """Return a sample: only `rsample` has a gradient."""
    discrete = base.name.rpartition(".")[2] in _DISCRETE
    if name == "rsample" and not discrete:
        made = _computed(machine, base, name, parameters, ())
        made.shape = None if sized else made.shape
        return made
    shape = shapes.broadcast([tensor.shape for tensor in parameters])
    if base.name.endswith(".Categorical"):
        shape = shapes.reduced(parameters[0].shape, -1) if parameters else None
    return machine.autograd.record(
        "sample", [], operands=parameters, dtype=None if discrete else "float",
        shape=None if sized else shape,
    )  # fmt: skip
