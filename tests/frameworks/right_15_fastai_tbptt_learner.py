"""A Learner with its own batch step: truncated backpropagation through time inside one batch."""
from pathlib import Path

import torch
from fastai.basics import *
from fastai.callback.schedule import *
from fastai.callback.tracker import SaveModelCallback
from torch import nn


class SequenceData(torch.utils.data.Dataset):
    def __init__(self, ids, length):
        self.ids, self.length = ids, length

    def __len__(self):
        return (len(self.ids) - 1) // self.length

    def __getitem__(self, i):
        s = i * self.length
        return self.ids[s:s + self.length], self.ids[s + 1:s + 1 + self.length]


class GRULanguageModel(nn.Module):
    def __init__(self, vocab, emb=64, hidden=256, p=0.2):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.rnn = nn.GRU(emb, hidden, num_layers=2, batch_first=True, dropout=p)
        self.drop = nn.Dropout(p)
        self.out = nn.Linear(hidden, vocab)

    def forward(self, x, state=None):
        y, state = self.rnn(self.emb(x), state)
        return self.out(self.drop(y)), state


class TBPTTLearner(Learner):
    "Backward once per `bptt` tokens, one optimizer step per batch"

    def __init__(self, dls, model, bptt=32, **kwargs):
        super().__init__(dls, model, **kwargs)
        self.bptt = bptt

    def _do_one_batch(self):
        x, y = self.xb[0], self.yb[0]
        chunks = list(zip(x.split(self.bptt, dim=1), y.split(self.bptt, dim=1)))
        state, losses, preds = None, [], []

        for cx, cy in chunks:
            pred, state = self.model(cx, state)
            loss = self.loss_func(pred, cy)
            if self.training:
                (loss / len(chunks)).backward()
                state = state.detach()
            losses.append(loss.detach())
            preds.append(pred.detach())

        self.pred = torch.cat(preds, dim=1)
        self("after_pred")
        self.loss = torch.stack(losses).mean()
        self("after_loss")
        if not self.training:
            return
        self("after_backward")
        self._with_events(self.opt.step, "step", CancelStepException)
        self.opt.zero_grad()


class ClipAndDecay(Callback):
    def __init__(self, max_norm=0.25):
        self.max_norm = max_norm

    def before_step(self):
        nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)


class FreezeEmbedding(Callback):
    "Train without the embedding for the first epochs"

    def __init__(self, epochs=1):
        self.epochs = epochs

    def before_epoch(self):
        self.model.emb.weight.requires_grad_(self.epoch >= self.epochs)


def seq_accuracy(pred, targ):
    return (pred.argmax(-1) == targ).float().mean()


def read_ids(path):
    text = Path(path).read_text(encoding="utf-8") if path else "the quick brown fox jumps over the lazy dog. " * 3000
    chars = sorted(set(text))
    lookup = {c: i for i, c in enumerate(chars)}
    return torch.tensor([lookup[c] for c in text]), len(chars)


def main(path=None, length=128, bs=32):
    ids, vocab = read_ids(path)
    cut = int(len(ids) * 0.9)
    dls = DataLoaders.from_dsets(
        SequenceData(ids[:cut], length), SequenceData(ids[cut:], length), bs=bs, device=default_device()
    )
    learn = TBPTTLearner(
        dls,
        GRULanguageModel(vocab),
        bptt=32,
        loss_func=CrossEntropyLossFlat(),
        metrics=[seq_accuracy, Perplexity()],
        opt_func=RMSProp,
        cbs=[ClipAndDecay(), FreezeEmbedding()],
    )
    learn.fit_one_cycle(6, 2e-3, cbs=SaveModelCallback(fname="gru_lm"))
    learn.recorder.plot_loss()


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:2])
