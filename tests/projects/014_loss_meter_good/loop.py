import torch.nn.functional as F

from timing import *


@timed
def train_one_epoch(model, loader, optimizer, hooks, sparsity=1e-3):
    model.train()
    for step, x in enumerate(loader):
        out, code = model(x)
        loss = F.mse_loss(out, x) + sparsity * code.abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for hook in hooks:
            hook.on_step_end(step, loss)
