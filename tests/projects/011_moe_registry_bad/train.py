import torch
import torch.nn.functional as F

import settings
from zoo import build_model


def build_optimizer(model, cfg):
    kwargs = {k: v for k, v in cfg.items() if k != "type"}
    return getattr(torch.optim, cfg["type"])(model.parameters(), **kwargs)


def main():
    torch.manual_seed(0)
    model = build_model(settings.MODEL)
    optimizer = build_optimizer(model, settings.OPTIMIZER)
    first_expert = model.mixture.experts[0].up.weight.detach().clone()
    gate = model.mixture.gate.weight.detach().clone()

    model.train()
    for step in range(settings.STEPS):
        x = torch.randn(32, 5)
        y = x[:, :3].argmax(dim=1)
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"final loss {loss.item():.4f}")

    assert not torch.equal(gate, model.mixture.gate.weight)
    assert torch.equal(first_expert, model.mixture.experts[0].up.weight)
    assert not any("experts" in name for name, _ in model.named_parameters())


if __name__ == "__main__":
    main()
