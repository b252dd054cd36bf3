from dataclasses import dataclass


@dataclass
class TrainConfig:
    features: int = 7
    hidden: int = 20
    lr: float = 1e-2
    optimizer: str = "RMSprop"
    epochs: int = 2
    grad_clip: float = 5.0
