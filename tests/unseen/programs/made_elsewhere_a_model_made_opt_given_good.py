def run(make_model, optimizer, loader):
    model = make_model()
    for x, y in loader:
        loss = (model(x) - y).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
