from torch import nn

SIZES = {"age": 1, "income": 1, "region": 5}


def build_heads(width, sizes=None):
    return nn.ModuleDict(
        {name: nn.Linear(width, size) for name, size in (sizes or SIZES).items()}
    )
