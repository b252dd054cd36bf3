import torch  # noqa: F401


def training_function(G, D, loss_function, config):
    def train(x, z):
        G.optim.zero_grad()
        D.optim.zero_grad()
        for step in range(config["num_D_steps"]):
            D.optim.zero_grad()
            loss = loss_function(D(x[step]), D(G(z[step]).detach()))
            loss.backward()
            D.optim.step()
        return loss.item()

    return train
