"""FedProx with a proximal term towards the server weights."""
import copy
import random
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F


class ClientData(NamedTuple):
    x: torch.Tensor
    y: torch.Tensor

    def batches(self, size):
        for idx in torch.randperm(len(self.y)).split(size):
            yield self.x[idx], self.y[idx]


class Net(nn.Module):
    def __init__(self, d_in=10, classes=4):
        super().__init__()
        self.fc1 = nn.Linear(d_in, 32)
        self.fc2 = nn.Linear(32, classes)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def proximal_term(local, anchor):
    return sum((p - q).pow(2).sum() for p, q in zip(local.parameters(), anchor))


def client_update(global_model, data, lr=0.05, mu=0.1, epochs=2, batch_size=16):
    local = copy.deepcopy(global_model)
    local.train()
    anchor = [p.detach().clone() for p in global_model.parameters()]
    optimizer = torch.optim.SGD(local.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        for x, y in data.batches(batch_size):
            global_model.zero_grad()  # expect: AGL312
            loss = F.cross_entropy(local(x), y) + 0.5 * mu * proximal_term(local, anchor)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return local, sum(losses) / len(losses)


@torch.no_grad()
def average_into(global_model, locals_, weights):
    total = sum(weights)
    for i, p in enumerate(global_model.parameters()):
        stacked = torch.stack([list(m.parameters())[i] * (w / total) for m, w in zip(locals_, weights)])
        p.copy_(stacked.sum(0))


def evaluate(model, x, y):
    model.eval()
    with torch.no_grad():
        logits = model(x)
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


def simulate(rounds=5, n_clients=6, per_round=3):
    centers = torch.randn(4, 10) * 1.5
    clients = []
    for _ in range(n_clients):
        y = torch.distributions.Categorical(logits=torch.randn(4) * 2).sample((80,))
        clients.append(ClientData(centers[y] + torch.randn(80, 10), y))
    y_test = torch.randint(0, 4, (300,))
    x_test = centers[y_test] + torch.randn(300, 10)
    server = Net()
    for rnd in range(rounds):
        chosen = random.sample(clients, per_round)
        results = [client_update(server, c) for c in chosen]
        average_into(server, [m for m, _ in results], [len(c.y) for c in chosen])
        loss, acc = evaluate(server, x_test, y_test)
        print(f"round {rnd}: client loss {sum(l for _, l in results) / per_round:.4f} "
              f"server loss {loss:.4f} acc {acc:.3f}")


if __name__ == "__main__":
    random.seed(10)
    torch.manual_seed(10)
    simulate()
