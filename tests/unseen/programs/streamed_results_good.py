import torch
from torch import nn

class Streamer:
    def __init__(self, model):
        self.conv = nn.Conv1d(1, 8, 3)
        self.outs = []

    def feed(self, wav):
        while wav.shape[1]:
            out = self.conv(wav[:, :512])
            self.outs.append(out)
            wav = wav[:, 512:]
        return torch.cat(self.outs)
