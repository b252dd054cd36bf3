import torch
import torch.nn as nn


def identity_init(rnn):
    """IRNN initialisation (Le et al., 2015)."""
    for name, p in rnn.named_parameters():
        if name.startswith("weight_hh"):
            p.data.copy_(torch.eye(p.size(0)))
        elif name.startswith("bias"):
            p.data.zero_()
        else:
            with torch.no_grad():
                p.normal_(0.0, 0.01)
                p[:, 0] = 0.02


class IRNN(nn.Module):
    def __init__(self, d_in, d_hid, n_out, pad_id=0):
        super().__init__()
        self.emb = nn.Embedding(10, d_in)
        self.rnn = nn.RNN(d_in, d_hid, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(d_hid, n_out)
        identity_init(self.rnn)
        with torch.no_grad():
            self.emb.weight[pad_id].zero_()
            self.head.weight *= 0.1
        self.head.bias.detach().fill_(-1.0)
        self.pad_id = pad_id

    def forward(self, tokens):
        h, _ = self.rnn(self.emb(tokens))
        return self.head(h[:, -1])

    @torch.no_grad()
    def reset_pad(self):
        self.emb.weight[self.pad_id] = 0.0

    def rescale(self, max_norm):
        for p in self.parameters():
            n = p.data.norm()
            if n > max_norm:
                p.data.mul_(max_norm / n)


def batches(k, n=16, length=7):
    for _ in range(k):
        t = torch.randint(1, 10, (n, length))
        yield t, (t.sum(1) % 3)


if __name__ == '__main__':
    torch.manual_seed(0)
    model = IRNN(6, 14, 3)
    opt = torch.optim.SGD(model.parameters(), lr=0.05)
    for i, (tok, y) in enumerate(batches(4)):
        loss = nn.functional.cross_entropy(model(tok), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        model.reset_pad()
        model.rescale(20.0)
        print(i, loss.item())
