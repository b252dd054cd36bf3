import torch
from torch import nn
class VectorQuantizerEMA(nn.Module):
    def __init__(self, n, d, decay=0.99, beta=0.25):
        super().__init__()
        self.register_buffer("codes", torch.randn(n, d))
        self.register_buffer("counts", torch.zeros(n))
        self.register_buffer("sums", self.codes.clone())
        self.decay, self.beta = decay, beta
    def forward(self, z):
        flat = z.reshape(-1, z.shape[-1])
        index = torch.cdist(flat, self.codes).argmin(1)
        q = self.codes[index].view_as(z)
        if self.training:
            with torch.no_grad():
                hot = nn.functional.one_hot(index, len(self.codes)).to(flat)
                self.counts.mul_(self.decay).add_(hot.sum(0), alpha=1 - self.decay)
                self.sums.mul_(self.decay).add_(hot.t() @ flat, alpha=1 - self.decay)
                self.codes.copy_(self.sums / self.counts.clamp(min=1e-5).unsqueeze(1))
        loss = self.beta * (z - q.detach()).square().mean()
        return z + (q - z).detach(), loss
def fit(encoder, decoder, loader):
    vq = VectorQuantizerEMA(64, 8)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()])
    for x in loader:
        q, commit = vq(encoder(x))
        loss = (decoder(q) - x).square().mean() + commit
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
