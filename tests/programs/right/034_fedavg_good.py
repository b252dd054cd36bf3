import copy
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import List

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


@dataclass
class Client:
    x: torch.Tensor
    y: torch.Tensor
    lr: float = 0.1
    mu: float = 0.01
    history: List[float] = field(default_factory=list)

    def local_update(self, global_model, epochs):
        """FedProx style local training that never touches the global weights."""
        model = copy.deepcopy(global_model)
        anchor = [p.detach().clone() for p in global_model.parameters()]
        opt = torch.optim.SGD(model.parameters(), lr=self.lr)
        model.train()
        for _ in range(epochs):
            epoch_loss = 0.0
            for idx in torch.randperm(len(self.x)).split(32):
                opt.zero_grad()
                ce = F.cross_entropy(model(self.x[idx]), self.y[idx])
                prox = sum((p - a).pow(2).sum() for p, a in zip(model.parameters(), anchor))
                (ce + 0.5 * self.mu * prox).backward()
                opt.step()
                epoch_loss += ce.item() * len(idx)
            self.history.append(epoch_loss / len(self.x))
        return {k: v.detach().clone() for k, v in model.state_dict().items()}, len(self.x)


class Server:
    def __init__(self, model, momentum=0.5):
        self.model = model
        self.momentum = momentum
        self.velocity = {k: torch.zeros_like(v) for k, v in model.named_parameters()}

    def aggregate(self, updates):
        total = sum(n for _, n in updates)
        avg = OrderedDict()
        for key, ref in self.model.state_dict().items():
            mix = sum(state[key].double() * (n / total) for state, n in updates)
            avg[key] = mix.to(ref.dtype)
        with torch.no_grad():
            for name, p in self.model.named_parameters():
                v = self.velocity[name]
                v.mul_(self.momentum).add_(avg[name] - p)
                p.add_(v)
            for name, b in self.model.named_buffers():
                b.copy_(avg[name])

    @torch.no_grad()
    def evaluate(self, x, y):
        self.model.eval()
        logits = self.model(x)
        return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


def make_clients(n_clients, centers):
    clients = []
    for c in range(n_clients):
        probs = torch.ones(4)
        probs[c % 4] = 6.0
        y = torch.multinomial(probs, 80 + 20 * c, replacement=True)
        clients.append(Client(centers[y] + torch.randn(len(y), 6), y))
    return clients


if __name__ == "__main__":
    torch.manual_seed(0)
    centers = torch.randn(4, 6) * 2
    clients = make_clients(6, centers)
    ty = torch.randint(0, 4, (400,))
    tx = centers[ty] + torch.randn(400, 6)
    server = Server(nn.Sequential(nn.Linear(6, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 4)))
    for rnd in range(5):
        chosen = torch.randperm(len(clients))[:4].tolist()
        server.aggregate([clients[i].local_update(server.model, epochs=2) for i in chosen])
        loss, acc = server.evaluate(tx, ty)
        print(f"round {rnd}: clients {sorted(chosen)} loss {loss:.3f} acc {acc:.3f}")
