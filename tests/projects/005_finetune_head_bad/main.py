import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

from builders import build_model, build_optimizer
from config import Config
from transfer import adapt_head


def make_data(cfg):
    x = torch.randn(96, cfg.in_dim)
    y = x[:, : cfg.num_classes].argmax(dim=1)
    return DataLoader(TensorDataset(x, y), batch_size=cfg.batch_size, shuffle=True)


def main(cfg):
    torch.manual_seed(0)
    loader = make_data(cfg)
    model = build_model(cfg)
    optimizer = build_optimizer(cfg.optim, model)
    model = adapt_head(model, cfg.num_classes)
    start = {k: v.clone() for k, v in model.state_dict().items()}

    model.train()
    for epoch in range(cfg.epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch} loss {loss.item():.4f}")

    assert not torch.equal(model.backbone[0].weight, start["backbone.0.weight"])
    assert torch.equal(model.head.weight, start["head.weight"])
    assert torch.equal(model.head.bias, start["head.bias"])


if __name__ == "__main__":
    main(Config())
