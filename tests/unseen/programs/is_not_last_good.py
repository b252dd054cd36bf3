import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    losses = [head(h).square().mean() for head in heads]
    optimizer.zero_grad()
    for loss in losses:
        loss.backward(retain_graph=loss is not losses[-1])
    optimizer.step()
