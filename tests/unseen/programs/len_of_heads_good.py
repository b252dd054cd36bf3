import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    optimizer.zero_grad()
    for i, head in enumerate(heads):
        head(h).square().mean().backward(retain_graph=i != len(heads) - 1)
    optimizer.step()
