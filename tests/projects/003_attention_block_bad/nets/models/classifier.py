from torch import nn

from .blocks import AttentionBlock


class SetClassifier(nn.Module):
    def __init__(self, in_dim, dim, num_classes, depth=2):
        super().__init__()
        self.embed = nn.Linear(in_dim, dim)
        self.blocks = nn.ModuleList(AttentionBlock(dim) for _ in range(depth))
        self.head = nn.Linear(dim, num_classes)

    def forward(self, x, lengths):
        h = self.embed(x)
        for block in self.blocks:
            h = block(h, lengths)
        return self.head(h.mean(dim=1))
