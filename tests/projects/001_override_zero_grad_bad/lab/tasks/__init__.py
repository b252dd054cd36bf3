from .regression import RegressionTrainer
