import torch
def step(encoder, heads, optimizer, x):
    h = encoder(x)
    losses = [head(h).square().mean() for head in heads]
    optimizer.zero_grad()
    for i, loss in enumerate(losses):
        if i < len(losses) - 1:
            loss.backward(retain_graph=True)
        else:
            loss.backward()
    optimizer.step()
