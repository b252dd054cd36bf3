import torch  # noqa: F401


def training_function(G, D, loss_function, config):
    def train(x, z):
        G.optim.zero_grad()
        D.optim.zero_grad()
        for step in range(config["num_D_steps"]):
            loss = loss_function(D(x[step]), D(G(z[step]).detach()))
            loss.backward()
            D.optim.step()  # expect: AGL301
        return loss.item()

    return train
