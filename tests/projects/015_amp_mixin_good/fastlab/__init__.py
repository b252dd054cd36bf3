from .trainer import AmpTrainer
