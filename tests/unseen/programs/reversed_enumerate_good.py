import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    optimizer.zero_grad()
    for i in reversed(range(len(heads))):
        heads[i](h).square().mean().backward(retain_graph=i > 0)
    optimizer.step()
