"""Federated averaging over heterogeneous clients."""
import copy
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def make_model():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))


class Client:
    def __init__(self, cid, data, local_epochs=1, lr=0.1):
        self.cid = cid
        self.loader = DataLoader(data, batch_size=16, shuffle=True)
        self.n_samples = len(data)
        self.local_epochs = local_epochs
        self.lr = lr

    def local_update(self, global_model):
        local = copy.deepcopy(global_model)
        opt = torch.optim.SGD(global_model.parameters(), lr=self.lr)  # expect: AGL310
        criterion = nn.CrossEntropyLoss()
        local.train()
        for _ in range(self.local_epochs):
            for x, y in self.loader:
                opt.zero_grad()
                loss = criterion(local(x), y)
                loss.backward()
                opt.step()
        return local.state_dict(), self.n_samples


class Server:
    def __init__(self, model, clients, fraction=0.5, seed=0):
        self.model = model
        self.clients = clients
        self.fraction = fraction
        self.rng = random.Random(seed)

    def select(self):
        k = max(1, int(self.fraction * len(self.clients)))
        return self.rng.sample(self.clients, k)

    def aggregate(self, updates):
        total = sum(n for _, n in updates)
        averaged = {
            key: sum(state[key] * (n / total) for state, n in updates)
            for key in self.model.state_dict()
        }
        self.model.load_state_dict(averaged)

    def round(self):
        updates = [client.local_update(self.model) for client in self.select()]
        self.aggregate(updates)

    @torch.no_grad()
    def evaluate(self, data):
        x, y = data.tensors
        self.model.eval()
        return (self.model(x).argmax(1) == y).float().mean().item()


def shard(n, shift):
    x = torch.randn(n, 6) + shift
    y = (x[:, 0] + x[:, 1] > 2 * shift).long()
    return TensorDataset(x, y)


def main(rounds=5):
    torch.manual_seed(40)
    clients = [Client(i, shard(32 + 16 * (i % 3), 0.1 * i)) for i in range(6)]
    server = Server(make_model(), clients)
    test = shard(100, 0.2)
    origin = nn.utils.parameters_to_vector(server.model.parameters()).detach().clone()

    for r in range(rounds):
        server.round()
        print(f"round {r}: accuracy {server.evaluate(test):.3f}")

    drift = (nn.utils.parameters_to_vector(server.model.parameters()).detach() - origin).abs().max().item()
    print(f"max drift {drift:.2e}")
    assert drift < 1e-6


if __name__ == "__main__":
    main()
