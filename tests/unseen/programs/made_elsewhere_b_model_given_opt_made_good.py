def run(model, make_optimizer, loader):
    optimizer = make_optimizer(model)
    for x, y in loader:
        loss = (model(x) - y).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
