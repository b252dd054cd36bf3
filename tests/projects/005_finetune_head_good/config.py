from dataclasses import dataclass, field


@dataclass
class OptimConfig:
    name: str = "SGD"
    lr: float = 0.05
    kwargs: dict = field(default_factory=lambda: {"momentum": 0.9})


@dataclass
class Config:
    in_dim: int = 10
    width: int = 32
    pretrain_classes: int = 20
    num_classes: int = 3
    epochs: int = 2
    batch_size: int = 16
    optim: OptimConfig = field(default_factory=OptimConfig)
