import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    z = h.detach().requires_grad_()
    optimizer.zero_grad()
    for head in heads:
        head(z).square().mean().backward()
    h.backward(z.grad)
    optimizer.step()
