import torch
def run(model, optimizer, loader, epochs):
    curves = []
    for e in range(epochs):
        curve = []
        for x, y in loader:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            curve.append(loss.detach())
        curves.append(torch.stack(curve))
    return torch.stack(curves)
