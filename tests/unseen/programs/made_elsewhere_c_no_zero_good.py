def run(model, make_optimizer, loader):
    optimizer = make_optimizer(model)
    for x, y in loader:
        loss = (model(x) - y).mean()
        loss.backward()
        optimizer.step()
