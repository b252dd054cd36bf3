import torch

TEXT = "the quick brown fox jumps over the lazy dog and runs away again " * 12


class Corpus:
    def __init__(self, text=TEXT):
        self.vocab = sorted(set(text))
        index = {c: i for i, c in enumerate(self.vocab)}
        self.ids = torch.tensor([index[c] for c in text])

    def chunks(self, batch_size, bptt):
        n = self.ids.numel() // batch_size
        data = self.ids[: n * batch_size].view(batch_size, n)
        for i in range(0, n - 1 - bptt, bptt):
            yield data[:, i : i + bptt], data[:, i + 1 : i + 1 + bptt]
