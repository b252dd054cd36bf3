from torch import nn


class Node:
    def __init__(self, layer):
        self.layer = layer


class Chain(nn.Module):
    def __init__(self, size=4):
        super().__init__()
        self.nodes = [Node(nn.Linear(size, size)) for _ in range(2)]  # expect: AGL411
        self.head = nn.Linear(size, 1)

    def forward(self, x):
        for node in self.nodes:
            x = node.layer(x)
        return self.head(x)
