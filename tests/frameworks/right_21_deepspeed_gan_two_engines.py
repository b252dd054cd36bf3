import argparse
import os

import deepspeed
import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, DistributedSampler


class Rings(Dataset):
    """28x28 images of a ring with a random radius and centre."""

    def __init__(self, n=20000):
        self.n = n
        axis = torch.arange(28, dtype=torch.float32)
        self.yy, self.xx = torch.meshgrid(axis, axis, indexing="ij")

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        cy, cx = (10 + 8 * torch.rand(2, generator=g)).tolist()
        radius = 4 + 5 * torch.rand(1, generator=g).item()
        dist_to_center = ((self.yy - cy) ** 2 + (self.xx - cx) ** 2).sqrt()
        image = torch.exp(-((dist_to_center - radius) ** 2) / 2)
        return (image * 2 - 1).unsqueeze(0)


class G(nn.Module):
    def __init__(self, nz=64, nf=64):
        super().__init__()
        self.nz = nz
        self.fc = nn.Linear(nz, nf * 2 * 7 * 7)
        self.up1 = nn.ConvTranspose2d(nf * 2, nf, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(nf, 1, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.fc(z)).view(z.size(0), -1, 7, 7)
        return torch.tanh(self.up2(F.relu(self.up1(h))))


class D(nn.Module):
    def __init__(self, nf=64):
        super().__init__()
        self.c1 = nn.Conv2d(1, nf, 4, 2, 1)
        self.c2 = nn.Conv2d(nf, nf * 2, 4, 2, 1)
        self.fc = nn.Linear(nf * 2 * 7 * 7, 1)

    def forward(self, x):
        x = F.leaky_relu(self.c1(x), 0.2)
        x = F.leaky_relu(self.c2(x), 0.2)
        return self.fc(x.flatten(1)).squeeze(1)


def ds_config(lr, micro_batch):
    return {
        "train_micro_batch_size_per_gpu": micro_batch,
        "gradient_accumulation_steps": 1,
        "gradient_clipping": 10.0,
        "optimizer": {"type": "Adam", "params": {"lr": lr, "betas": [0.5, 0.999]}},
    }


def requires_grad(module, flag):
    for p in module.parameters():
        p.requires_grad = flag


@torch.no_grad()
def update_ema(ema, source, decay=0.999):
    for e, p in zip(ema.parameters(), source.parameters()):
        e.data.mul_(decay).add_(p.data, alpha=1 - decay)


def train(args):
    deepspeed.init_distributed()
    data = Rings()
    sampler = DistributedSampler(data)
    loader = DataLoader(data, batch_size=args.batch, sampler=sampler, drop_last=True, num_workers=2)

    generator, discriminator = G(), D()
    ema = G()
    ema.load_state_dict(generator.state_dict())
    requires_grad(ema, False)

    engine_d, _, _, _ = deepspeed.initialize(
        model=discriminator, model_parameters=discriminator.parameters(), config=ds_config(args.lr * 2, args.batch)
    )
    engine_g, _, _, _ = deepspeed.initialize(
        model=generator, model_parameters=generator.parameters(), config=ds_config(args.lr, args.batch)
    )
    device = engine_g.device
    ema.to(device)
    fixed = torch.randn(64, generator.nz, device=device)

    for epoch in range(args.epochs):
        sampler.set_epoch(epoch)
        for i, real in enumerate(loader):
            real = real.to(device)

            requires_grad(engine_d.module, True)
            with torch.no_grad():
                fake = engine_g(torch.randn(real.size(0), generator.nz, device=device))
            pred = engine_d(torch.cat([real, fake]))
            pred_real, pred_fake = pred.chunk(2)
            loss_d = F.softplus(-pred_real).mean() + F.softplus(pred_fake).mean()
            engine_d.backward(loss_d)
            engine_d.step()

            # no gradient reaches the discriminator's weights in this half
            requires_grad(engine_d.module, False)
            fake = engine_g(torch.randn(real.size(0), generator.nz, device=device))
            loss_g = F.softplus(-engine_d.module(fake)).mean()
            engine_g.backward(loss_g)
            engine_g.step()
            update_ema(ema, engine_g.module)

            if i % 100 == 0 and dist.get_rank() == 0:
                print(f"{epoch}:{i} D {loss_d.item():.3f} G {loss_g.item():.3f}")

        if dist.get_rank() == 0:
            with torch.no_grad():
                torch.save(ema(fixed).cpu(), os.path.join(args.out, f"samples_{epoch:03d}.pt"))
        engine_g.save_checkpoint(os.path.join(args.out, "g"))
        engine_d.save_checkpoint(os.path.join(args.out, "d"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--out", default="rings")
    parser.add_argument("--local_rank", type=int, default=0)
    cli = parser.parse_args()
    os.makedirs(cli.out, exist_ok=True)
    train(cli)
