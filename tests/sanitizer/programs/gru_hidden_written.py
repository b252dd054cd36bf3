"""An RNN writes each new hidden state into the one buffer that it reads from."""

import torch
from torch import nn


class Recurrent(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.input = nn.Linear(inputs, width)
        self.hidden = nn.Linear(width, width)

    def forward(self, sequence):
        state = torch.zeros(sequence.shape[1], self.hidden.in_features)
        outputs = []
        for x in sequence:
            new = torch.tanh(self.input(x) + self.hidden(state))
            state.copy_(new)  # good: state = new  # expect: AGL102
            outputs.append(state)
        return torch.stack(outputs)


torch.manual_seed(0)
model = Recurrent(3, 5)
head = nn.Linear(5, 1)
optimizer = torch.optim.Adam([*model.parameters(), *head.parameters()])
for _ in range(2):
    loss = head(model(torch.randn(4, 2, 3))).square().mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
