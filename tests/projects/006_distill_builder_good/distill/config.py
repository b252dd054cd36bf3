from dataclasses import dataclass


@dataclass(frozen=True)
class DistillConfig:
    teacher: str = "wide"
    student: str = "slim"
    zoo: str = "distill.zoo"
    in_dim: int = 8
    num_classes: int = 4
    temperature: float = 2.0
    lr: float = 1e-2
    steps: int = 8
