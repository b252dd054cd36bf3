"""Neural Turing Machine, content addressing only."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Memory(nn.Module):
    def __init__(self, N, M):
        super().__init__()
        self.N, self.M = N, M
        self.register_buffer("mem_bias", torch.empty(N, M).uniform_(-0.2, 0.2))

    def reset(self, batch_size):
        self.memory = self.mem_bias.repeat(batch_size, 1, 1)

    def address(self, k, beta):
        sim = F.cosine_similarity(self.memory + 1e-16, k.unsqueeze(1) + 1e-16, dim=-1)
        return F.softmax(beta * sim, dim=1)

    def read(self, w):
        return torch.bmm(w.unsqueeze(1), self.memory).squeeze(1)


class WriteHead(nn.Module):
    def __init__(self, memory, ctrl):
        super().__init__()
        self.memory = memory
        self.fc = nn.Linear(ctrl, 2 * memory.M + 1)

    def forward(self, h):
        M = self.memory.M
        o = self.fc(h)
        w = self.memory.address(o[:, :M], F.softplus(o[:, -1:]))
        self.store(w, torch.tanh(o[:, M:2 * M]))
        return w

    def store(self, w, add):
        delta = w.unsqueeze(-1) * add.unsqueeze(1)
        self.memory.memory = self.memory.memory + delta


class NTM(nn.Module):
    def __init__(self, n_in=4, ctrl=16, N=6, M=5):
        super().__init__()
        self.memory = Memory(N, M)
        self.controller = nn.LSTMCell(n_in + M, ctrl)
        self.writer = WriteHead(self.memory, ctrl)
        self.out = nn.Linear(ctrl + M, n_in)
        self.ctrl, self.M = ctrl, M

    def forward(self, seq):
        T, B, _ = seq.shape
        self.memory.reset(B)
        h = c = torch.zeros(B, self.ctrl)
        r = torch.zeros(B, self.M)
        ys = []
        for x in seq:
            h, c = self.controller(torch.cat([x, r], 1), (h, c))
            r = self.memory.read(self.writer(h))
            ys.append(self.out(torch.cat([h, r], 1)))
        return torch.stack(ys)


torch.manual_seed(0)
ntm = NTM()
optimizer = torch.optim.RMSprop(ntm.parameters(), lr=1e-3, momentum=0.9)
for i in range(3):
    bits = (torch.rand(5, 3, 4) > 0.5).float()
    loss = F.binary_cross_entropy_with_logits(ntm(bits), bits.roll(1, 0))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(i, loss.item())
