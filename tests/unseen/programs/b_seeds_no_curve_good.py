import torch
def run(make_model, make_optimizer, loader, seeds):
    for seed in seeds:
        model = make_model()
        optimizer = make_optimizer(model)
        for x, y in loader:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
