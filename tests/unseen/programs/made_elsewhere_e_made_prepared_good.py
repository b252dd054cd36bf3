def run(make_model, prepare, loader):
    model = make_model()
    prepare(model)
    for x, y in loader:
        loss = (model(x) - y).mean()
        loss.backward()
