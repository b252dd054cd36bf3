import torch
from torch.utils.data import DataLoader, TensorDataset

import tabular.classify as tasks
import tabular.factory as factory
from tabular.config import TrainConfig


def load_data(cfg):
    x = torch.randn(80, cfg.features)
    y = (x[:, 0] + 0.5 * x[:, 1] > 0).float()
    return DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)


def main(argv=None):
    torch.manual_seed(0)
    cfg = TrainConfig()
    loader = load_data(cfg)
    model = factory.build_model(cfg)
    optimizer = factory.build_optimizer(cfg, model)
    start = [p.detach().clone() for p in model.parameters()]
    trainer = tasks.ChurnTrainer(model, optimizer, cfg)
    means = trainer.fit(loader)
    print("mean loss per epoch", means)
    same = [torch.equal(a, b) for a, b in zip(start, model.parameters())]
    assert not any(same)


if __name__ == "__main__":
    main()
