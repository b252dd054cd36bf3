import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    optimizer.zero_grad()
    names = list(heads)
    for name in names:
        heads[name](h).square().mean().backward(retain_graph=name != names[-1])
    optimizer.step()
