"""Features are extracted in inference mode, and a head is trained on them."""

import torch
from torch import nn

torch.manual_seed(0)
backbone = nn.Sequential(nn.Linear(6, 8), nn.ReLU()).eval()
head = nn.Linear(8, 3)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)


@torch.inference_mode()  # good: @torch.no_grad()
def features(x):
    return backbone(x)


for _ in range(2):
    f = features(torch.randn(4, 6))
    loss = nn.functional.cross_entropy(head(f), torch.tensor([0, 1, 2, 0]))  # expect: AGL108  # raises: Inference tensors cannot be saved for backward
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
