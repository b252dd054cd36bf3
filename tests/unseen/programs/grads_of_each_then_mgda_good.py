import torch
def step(encoder, heads, optimizer, x):
    rows = []
    for head in heads:
        optimizer.zero_grad()
        head(encoder(x)).square().mean().backward()
        rows.append([p.grad.clone() for p in encoder.parameters() if p.grad is not None])
    w = 1.0 / len(rows)
    optimizer.zero_grad()
    h = encoder(x)
    sum(w * head(h).square().mean() for head in heads).backward()
    optimizer.step()
    return rows
