"""Image-to-image GAN on Accelerate: two prepared optimizers, hand made accumulation with no_sync."""
import argparse
import contextlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from accelerate import Accelerator
from torch.utils.data import DataLoader, Dataset


class NoisyPairs(Dataset):
    def __init__(self, n=2000, size=32):
        self.n, self.size = n, size

    def __len__(self):
        return self.n

    def __getitem__(self, idx):
        g = torch.Generator().manual_seed(idx)
        coarse = torch.rand(1, 3, 4, 4, generator=g)
        clean = F.interpolate(coarse, size=self.size, mode="bilinear", align_corners=False)[0] * 2 - 1
        return clean + 0.3 * torch.randn(clean.shape, generator=g), clean


class Translator(nn.Module):
    def __init__(self, ch=32):
        super().__init__()
        self.inp = nn.Conv2d(3, ch, 3, padding=1)
        self.body = nn.ModuleList([nn.Conv2d(ch, ch, 3, padding=1) for _ in range(4)])
        self.out = nn.Conv2d(ch, 3, 3, padding=1)

    def forward(self, x):
        h = self.inp(x)
        for conv in self.body:
            h = h + F.gelu(conv(h))
        return torch.tanh(self.out(h))


class PatchCritic(nn.Module):
    def __init__(self, ch=32):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(6, ch, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(ch, ch * 2, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(ch * 2, 1, 3, padding=1),
        )

    def forward(self, condition, image):
        return self.net(torch.cat([condition, image], dim=1))


def hinge_d(real, fake):
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def set_grad(module, flag):
    for p in module.parameters():
        p.requires_grad_(flag)


def train(args):
    accelerator = Accelerator(log_with="tensorboard", project_dir=args.out)
    accelerator.init_trackers("gan", config=vars(args))
    loader = DataLoader(NoisyPairs(), batch_size=args.batch_size, shuffle=True, drop_last=True, num_workers=2)

    gen, critic = Translator(), PatchCritic()
    opt_g = torch.optim.Adam(gen.parameters(), lr=args.lr, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(critic.parameters(), lr=args.lr * 2, betas=(0.5, 0.999))
    gen, critic, opt_g, opt_d, loader = accelerator.prepare(gen, critic, opt_g, opt_d, loader)

    raw_critic = accelerator.unwrap_model(critic)
    step = 0
    for epoch in range(args.epochs):
        history = {"d": [], "g": []}
        for i, (noisy, clean) in enumerate(loader):
            boundary = (i + 1) % args.accum == 0 or (i + 1) == len(loader)

            # ---- critic ----
            set_grad(raw_critic, True)
            with contextlib.nullcontext() if boundary else accelerator.no_sync(critic):
                with torch.no_grad():
                    fake = gen(noisy)
                d_loss = hinge_d(critic(noisy, clean), critic(noisy, fake))
                accelerator.backward(d_loss / args.accum)
            if boundary:
                opt_d.step()
                opt_d.zero_grad()

            # ---- generator: critic is frozen so its accumulated gradients stay clean ----
            set_grad(raw_critic, False)
            with contextlib.nullcontext() if boundary else accelerator.no_sync(gen):
                fake = gen(noisy)
                g_loss = -raw_critic(noisy, fake).mean() + args.l1 * F.l1_loss(fake, clean)
                accelerator.backward(g_loss / args.accum)
            if boundary:
                accelerator.clip_grad_norm_(gen.parameters(), 1.0)
                opt_g.step()
                opt_g.zero_grad()
                step += 1

            history["d"].append(d_loss.item())
            history["g"].append(g_loss.detach())

        accelerator.log(
            {"d_loss": sum(history["d"]) / len(history["d"]), "g_loss": torch.stack(history["g"]).mean().item()},
            step=step,
        )
        accelerator.print(f"epoch {epoch} done after {step} updates")

    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        accelerator.save(accelerator.unwrap_model(gen).state_dict(), f"{args.out}/gen.pt")
    accelerator.end_training()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--accum", type=int, default=2)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--l1", type=float, default=50.0)
    parser.add_argument("--out", default="runs")
    train(parser.parse_args())
