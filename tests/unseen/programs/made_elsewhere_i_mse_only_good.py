import torch
def run(make_model, prepare, loader):
    model = make_model()
    prepare(model)
    for x, y in loader:
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
