import torch


def train(model, loader, optimizer, mse):
    for true_energies, chunks in loader:
        predicted, force_loss = [], []
        for chunk in chunks:
            coordinates = chunk["coordinates"]
            coordinates.requires_grad_(True)
            _, energies = model((chunk["species"], coordinates))
            forces = -torch.autograd.grad(energies.sum(), coordinates, retain_graph=True)[0]  # expect: AGL207
            predicted.append(energies)
            force_loss.append(mse(chunk["forces"], forces).sum(dim=(1, 2)))
        energy_loss = mse(torch.cat(predicted), true_energies).mean()
        loss = energy_loss + 0.1 * torch.cat(force_loss).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
