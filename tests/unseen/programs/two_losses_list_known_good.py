import torch
def step(encoder, a, b, optimizer, x):
    h = encoder(x)
    losses = [a(h).mean(), b(h).mean()]
    optimizer.zero_grad()
    for i, loss in enumerate(losses):
        loss.backward(retain_graph=i + 1 < len(losses))
    optimizer.step()
