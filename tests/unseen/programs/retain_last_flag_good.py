import torch


def step(encoder, heads, optimizer, x):
    h = encoder(x)
    losses = {name: head(h).square().mean() for name, head in heads.items()}
    optimizer.zero_grad()
    *first, last = losses
    for name in first:
        losses[name].backward(retain_graph=True)
    losses[last].backward()
    optimizer.step()
