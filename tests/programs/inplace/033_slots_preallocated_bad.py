"""Echo-ish recurrent net writing its outputs into a preallocated buffer."""
import torch
import torch.nn as nn


class BufferedGRU(nn.Module):
    def __init__(self, d_in, d_hid, max_len=32):
        super().__init__()
        self.cell = nn.GRUCell(d_in, d_hid)
        self.d_hid = d_hid
        self.max_len = max_len

    def allocate(self, batch, length):
        out = torch.zeros(length, batch, self.d_hid)
        with torch.no_grad():
            slots = [out[t] for t in range(length)]
        return out, slots

    def forward(self, seq):
        length, batch, _ = seq.shape
        if length > self.max_len:
            raise ValueError(f"sequence too long: {length}")
        out, slots = self.allocate(batch, length)
        h = seq.new_zeros(batch, self.d_hid)
        for x, slot in zip(seq, slots):
            h = self.cell(x, h)
            slot.copy_(h)  # expect: AGL103  # raises: A view was created in no_grad mode
        return out


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = BufferedGRU(2, 10)
        self.head = nn.Linear(10, 2)

    def forward(self, seq):
        return self.head(self.rnn(seq))


def make_series(batch, length):
    t = torch.arange(length + 1).float()[:, None, None] * 0.3
    phase = torch.rand(1, batch, 1) * 6.28
    return torch.cat([torch.sin(t + phase), torch.cos(t + phase)], dim=-1)


def evaluate(model, series):
    model.eval()
    with torch.no_grad():
        return nn.functional.mse_loss(model(series[:-1]), series[1:]).item()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = Forecaster()
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    val = make_series(8, 20)
    print("before", evaluate(model, val))
    model.train()
    for it in range(5):
        s = make_series(8, 20)
        loss = nn.functional.mse_loss(model(s[:-1]), s[1:])
        opt.zero_grad()
        loss.backward()
        opt.step()
    print("after", evaluate(model, val))
