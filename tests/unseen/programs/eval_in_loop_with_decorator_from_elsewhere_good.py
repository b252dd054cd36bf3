import torch
from .utils import without_gradients
class E:
    def __init__(self, model):
        self.model = model
    @without_gradients
    def evaluate(self, loader):
        outs = []
        for x in loader:
            outs.append(self.model(x))
        return torch.cat(outs)
