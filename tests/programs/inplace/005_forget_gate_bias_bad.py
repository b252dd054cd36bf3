from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Config:
    vocab: int = 30
    embed: int = 12
    hidden: int = 20
    layers: int = 2
    seq: int = 15
    batch: int = 4
    steps: int = 4
    lr: float = 3e-3
    forget_bias: float = 1.0


class CharLM(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.cfg = cfg
        self.embed = nn.Embedding(cfg.vocab, cfg.embed)
        self.rnn = nn.LSTM(cfg.embed, cfg.hidden, cfg.layers, batch_first=True)
        self.decoder = nn.Linear(cfg.hidden, cfg.vocab)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.uniform_(self.decoder.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)
        for name, param in self.rnn.named_parameters():
            if "weight" in name:
                nn.init.orthogonal_(param)
            elif "bias_ih" in name:
                n = param.size(0)
                start, end = n // 4, n // 2
                param[start:end].fill_(self.cfg.forget_bias)  # expect: AGL101  # raises: a view of a leaf Variable that requires grad

    def forward(self, tokens, state=None):
        out, state = self.rnn(self.embed(tokens), state)
        return self.decoder(out), state


def repackage(state):
    return tuple(s.detach() for s in state)


def fit(cfg: Config):
    model = CharLM(cfg)
    opt = torch.optim.RMSprop(model.parameters(), lr=cfg.lr)
    criterion = nn.CrossEntropyLoss()
    text = torch.randint(0, cfg.vocab, (cfg.batch, cfg.seq * cfg.steps + 1))
    state = None
    for k in range(cfg.steps):
        lo = k * cfg.seq
        x, y = text[:, lo:lo + cfg.seq], text[:, lo + 1:lo + cfg.seq + 1]
        logits, state = model(x, state)
        state = repackage(state)
        loss = criterion(logits.reshape(-1, cfg.vocab), y.reshape(-1))
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        print(f"step {k}: {loss.item():.3f}")


fit(Config())
