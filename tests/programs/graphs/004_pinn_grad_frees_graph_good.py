import torch
from torch import nn
from torch.autograd import grad

torch.manual_seed(7)

# decay ODE: du/dt = -k u, u(0) = 1, with k unknown
k_true = 1.7
t_obs = torch.linspace(0, 2, 20).unsqueeze(1)
u_obs = torch.exp(-k_true * t_obs) + 0.01 * torch.randn_like(t_obs)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(1, 20), nn.Tanh(),
            nn.Linear(20, 20), nn.Tanh(),
            nn.Linear(20, 1),
        )
        self.k = nn.Parameter(torch.tensor(1.0))

    def forward(self, t):
        return self.body(t)


def time_derivative(u, t):
    return grad(u, t, torch.ones_like(u), create_graph=True)[0]


def pinn_loss(net, t):
    u = net(t)
    u_t = time_derivative(u, t)
    residual = u_t + net.k * u
    return residual.square().mean()


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)

for step in range(50):
    t_col = (2 * torch.rand(64, 1)).requires_grad_()
    optimizer.zero_grad()
    loss_data = nn.functional.mse_loss(net(t_obs), u_obs)
    loss_phys = pinn_loss(net, t_col)
    loss = loss_data + 0.1 * loss_phys
    loss.backward()
    optimizer.step()
    if step % 25 == 0:
        print(f"step {step} data {loss_data.item():.4f} phys {loss_phys.item():.4f} k {net.k.item():.3f}")
