import torch
import torch.nn as nn


class LayerNormLSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.hidden_size = hidden_size
        self.forget_bias = forget_bias
        self.x2h = nn.Linear(input_size, 4 * hidden_size)
        self.h2h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        self.ln = nn.LayerNorm(hidden_size)

    def forward(self, x, state):
        h, c = state
        gates = self.x2h(x) + self.h2h(h)
        i, f, g, o = gates.chunk(4, dim=1)
        f += self.forget_bias  # expect: AGL103  # raises: is a view and is being modified inplace
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(self.ln(c))
        return h, c


class StackedLSTM(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = [input_size] + [hidden_size] * num_layers
        self.cells = nn.ModuleList(
            [LayerNormLSTMCell(sizes[k], sizes[k + 1]) for k in range(num_layers)])

    def init_state(self, batch):
        return [(torch.zeros(batch, c.hidden_size), torch.zeros(batch, c.hidden_size)) for c in self.cells]

    def forward(self, seq):
        states = self.init_state(seq.size(1))
        outputs = []
        for x in seq:
            for k, cell in enumerate(self.cells):
                states[k] = cell(x, states[k])
                x = states[k][0]
            outputs.append(x)
        return torch.stack(outputs)


class SeqTagger(nn.Module):
    def __init__(self, n_in=6, n_hid=12, n_tags=4):
        super().__init__()
        self.rnn = StackedLSTM(n_in, n_hid, 2)
        self.out = nn.Linear(n_hid, n_tags)

    def forward(self, seq):
        return self.out(self.rnn(seq))


if __name__ == "__main__":
    torch.manual_seed(0)
    tagger = SeqTagger()
    opt = torch.optim.Adam(tagger.parameters())
    ce = nn.CrossEntropyLoss()
    for it in range(3):
        seq, tags = torch.randn(9, 5, 6), torch.randint(0, 4, (9, 5))
        loss = ce(tagger(seq).flatten(0, 1), tags.flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(it, loss.item())
