import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class LearnedSchedule(nn.Module):
    def __init__(self, timesteps: int = 50):
        super().__init__()
        self.timesteps = timesteps
        self.raw_beta = nn.Parameter(torch.linspace(-6.0, -3.0, timesteps))

    @property
    def alpha_bar(self):
        return torch.cumprod(1 - torch.sigmoid(self.raw_beta), dim=0)

    def q_sample(self, x0, t, noise):
        ab = self.alpha_bar[t].unsqueeze(-1)
        return ab.sqrt() * x0 + (1 - ab).sqrt() * noise


class EpsModel(nn.Module):
    def __init__(self, dim: int, timesteps: int):
        super().__init__()
        self.t_emb = nn.Embedding(timesteps, 16)
        self.net = nn.Sequential(nn.Linear(dim + 16, 64), nn.SiLU(), nn.Linear(64, dim))

    def forward(self, x, t):
        return self.net(torch.cat([x, self.t_emb(t)], dim=-1))


class Diffusion(nn.Module):
    def __init__(self, dim: int = 2, timesteps: int = 50):
        super().__init__()
        self.schedule = LearnedSchedule(timesteps)
        self.eps = EpsModel(dim, timesteps)

    def loss(self, x0):
        t = torch.randint(0, self.schedule.timesteps, (x0.size(0),))
        noise = torch.randn_like(x0)
        return (self.eps(self.schedule.q_sample(x0, t, noise), t) - noise).square().mean()


def train(model: Diffusion, loader: DataLoader, optimizer: torch.optim.Optimizer, epochs: int = 2) -> None:
    for epoch in range(epochs):
        for (x0,) in loader:
            loss = model.loss(x0)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"{epoch=} {loss.item()=:.4f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    diffusion = Diffusion()
    train(
        diffusion,
        DataLoader(TensorDataset(torch.randn(128, 2) * 0.3 + 1), batch_size=32, shuffle=True),
        torch.optim.Adam(diffusion.parameters(), lr=1e-3),
    )
