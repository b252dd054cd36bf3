"""Two tasks on one encoder; its optimizer steps between their backwards."""

import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(0)
encoder = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))
decoder, probe = nn.Linear(3, 6), nn.Linear(3, 2)
main = torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], lr=0.1)
side = torch.optim.SGD(probe.parameters(), lr=0.1)
for _ in range(2):
    x, y = torch.randn(4, 6), torch.randint(0, 2, (4,))
    code = torch.tanh(encoder(x))
    reconstruction = F.mse_loss(decoder(code), x)
    classification = F.cross_entropy(probe(code), y)
    main.zero_grad()
    side.zero_grad()
    reconstruction.backward(retain_graph=True)
    main.step()  # good: pass  # expect: AGL106
    classification.backward()  # raises: modified by an inplace operation
    side.step()  # good: main.step(); side.step()
