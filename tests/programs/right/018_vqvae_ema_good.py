"""VQ-VAE with straight-through estimator and an EMA-updated codebook held in buffers."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class VectorQuantizerEMA(nn.Module):
    def __init__(self, num_codes, dim, decay=0.95, eps=1e-5, beta=0.25):
        super().__init__()
        self.decay, self.eps, self.beta = decay, eps, beta
        embed = torch.randn(num_codes, dim)
        self.register_buffer("codebook", embed)
        self.register_buffer("cluster_size", torch.ones(num_codes))
        self.register_buffer("embed_avg", embed.clone())

    def forward(self, z):
        flat = z.permute(0, 2, 3, 1).reshape(-1, z.size(1))
        with torch.no_grad():
            idx = torch.cdist(flat, self.codebook).argmin(1)
        quant = F.embedding(idx, self.codebook)
        quant = quant.view(z.size(0), z.size(2), z.size(3), -1).permute(0, 3, 1, 2)
        commit = self.beta * F.mse_loss(z, quant.detach())
        if self.training:
            self._ema_update(flat.detach(), idx)
        quant = z + (quant - z).detach()
        return quant, commit, idx

    @torch.no_grad()
    def _ema_update(self, flat, idx):
        onehot = F.one_hot(idx, self.codebook.size(0)).type_as(flat)
        self.cluster_size.mul_(self.decay).add_(onehot.sum(0), alpha=1 - self.decay)
        self.embed_avg.mul_(self.decay).add_(onehot.t() @ flat, alpha=1 - self.decay)
        n = self.cluster_size.sum()
        size = (self.cluster_size + self.eps) / (n + len(self.cluster_size) * self.eps) * n
        self.codebook.copy_(self.embed_avg / size.unsqueeze(1))


class VQVAE(nn.Module):
    def __init__(self, ch=16, codes=32):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, ch, 4, 2, 1), nn.ReLU(), nn.Conv2d(ch, 8, 3, 1, 1))
        self.vq = VectorQuantizerEMA(codes, 8)
        self.dec = nn.Sequential(nn.Conv2d(8, ch, 3, 1, 1), nn.ReLU(inplace=True), nn.ConvTranspose2d(ch, 1, 4, 2, 1))

    def forward(self, x):
        q, commit, idx = self.vq(self.enc(x))
        return self.dec(q), commit, idx


def stripes(n, size=12):
    t = torch.arange(size).float()
    freq = torch.randint(1, 4, (n, 1)).float()
    row = torch.sin(t * freq * 0.5)
    return row[:, None, None, :].expand(n, 1, size, size).contiguous()


def main():
    torch.manual_seed(0)
    model = VQVAE()
    opt = torch.optim.Adam(model.parameters(), lr=3e-3)
    for step in range(60):
        x = stripes(32)
        recon, commit, idx = model(x)
        recon_loss = F.mse_loss(recon, x)
        loss = recon_loss + commit
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % 20 == 0:
            print(f"{step}: recon {recon_loss.item():.4f} commit {commit.item():.4f} used {idx.unique().numel()}")
    model.eval()
    with torch.no_grad():
        x = stripes(64)
        recon, _, idx = model(x)
        probs = torch.bincount(idx, minlength=32).float() / idx.numel()
        perplexity = torch.exp(-(probs * (probs + 1e-10).log()).sum())
    print("test mse", F.mse_loss(recon, x).item(), "perplexity", perplexity.item())


main()
