import math

from torch import nn

from state import generator


def scaled_normal(gain=1.0, scale=lambda fan_in: 1.0 / math.sqrt(fan_in)):
    """Returns a function for ``module.apply``."""

    def init(module):
        if not isinstance(module, (nn.Linear, nn.Conv1d)):
            return
        fan_in = module.weight[0].numel()
        std = gain * scale(fan_in)
        module.weight.normal_(0.0, std, generator=generator)  # expect: AGL101  # raises: a leaf Variable that requires grad
        nn.init.zeros_(module.bias)

    return init
