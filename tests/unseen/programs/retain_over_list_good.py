import torch


def step(encoder, heads, optimizer, x):
    h = encoder(x)
    losses = [head(h).square().mean() for head in heads]
    optimizer.zero_grad()
    for i, loss in enumerate(losses):
        loss.backward(retain_graph=i + 1 < len(losses))
    optimizer.step()
