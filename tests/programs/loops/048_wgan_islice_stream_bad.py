# Wasserstein GAN with weight clipping, 1-d mixture data.
import itertools

import torch
from torch import nn, optim

N_CRITIC = 3
CLIP = 0.05
torch.manual_seed(61)


def sample_real(n):
    comp = torch.randint(0, 2, (n, 1)).float()
    return comp * (2.0 + 0.3 * torch.randn(n, 1)) + (1 - comp) * (-1.0 + 0.5 * torch.randn(n, 1))


def real_stream(batch):
    while True:
        yield sample_real(batch)


def build(inp, out, hidden=32):
    return nn.Sequential(nn.Linear(inp, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, out))


def critic_update(critic, gen, real, opt):
    with torch.no_grad():
        fake = gen(torch.randn(len(real), 3))
    loss = critic(fake).mean() - critic(real).mean()
    loss.backward()
    opt.step()  # expect: AGL309
    opt.zero_grad()
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-CLIP, CLIP)
    return -loss.item()


def generator_update(critic, gen, batch, opt):
    loss = -critic(gen(torch.randn(batch, 3))).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def quantile_gap(gen, n=1000):
    with torch.no_grad():
        fake = gen(torch.randn(n, 3)).squeeze(1).sort().values
    real = sample_real(n).squeeze(1).sort().values
    return (fake - real).abs().mean().item()


def main(total_gen_iters=60, batch=64):
    gen, critic = build(3, 1), build(1, 1)
    opt_c = optim.RMSprop(critic.parameters(), lr=1e-3)
    opt_g = optim.RMSprop(gen.parameters(), lr=1e-3)
    stream = real_stream(batch)
    print(f"gap before training {quantile_gap(gen):.4f}")
    for it in range(total_gen_iters):
        estimates = [critic_update(critic, gen, real, opt_c) for real in itertools.islice(stream, N_CRITIC)]
        g_loss = generator_update(critic, gen, batch, opt_g)
        if it % 15 == 0:
            print(f"iter {it:3d} W estimate {sum(estimates) / N_CRITIC:.4f} g_loss {g_loss:.4f}")
    print(f"gap after training {quantile_gap(gen):.4f}")


if __name__ == "__main__":
    main()
