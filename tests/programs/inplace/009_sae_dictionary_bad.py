# Sparse autoencoder on "activations", decoder columns kept at unit norm.
import torch
import torch.nn as nn
import torch.nn.functional as F
from tempfile import gettempdir


class SparseAutoencoder(nn.Module):
    def __init__(self, d_model: int, d_dict: int, l1: float = 1e-3):
        super().__init__()
        self.W_enc = nn.Parameter(torch.randn(d_model, d_dict) * 0.1)
        self.W_dec = nn.Parameter(torch.randn(d_dict, d_model) * 0.1)
        self.b_enc = nn.Parameter(torch.zeros(d_dict))
        self.b_dec = nn.Parameter(torch.zeros(d_model))
        self.l1 = l1

    @property
    def atom_norms(self):
        return self.W_dec.norm(dim=1, keepdim=True).clamp(min=1e-8)

    def normalize_decoder(self):
        self.W_dec.div_(self.atom_norms)  # expect: AGL101  # raises: a leaf Variable that requires grad

    def encode(self, x):
        return F.relu((x - self.b_dec) @ self.W_enc + self.b_enc)

    def forward(self, x):
        z = self.encode(x)
        recon = z @ self.W_dec + self.b_dec
        mse = (recon - x).pow(2).sum(-1).mean()
        sparsity = z.abs().sum(-1).mean()
        return mse + self.l1 * sparsity, {"mse": mse.item(), "l0": (z > 0).float().sum(-1).mean().item()}


class SAETrainer:
    def __init__(self, sae, lr=1e-3, log_dir=None):
        self.sae = sae
        self.optimizer = torch.optim.Adam(sae.parameters(), lr=lr)
        self.log_dir = log_dir or gettempdir()
        self.logs = []

    def on_step_end(self, metrics):
        self.sae.normalize_decoder()
        self.logs.append(metrics)

    def train(self, activations, batch_size=32):
        for batch in activations.split(batch_size):
            loss, metrics = self.sae(batch)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            self.on_step_end(metrics)
        return self.logs


acts = torch.randn(128, 10)
logs = SAETrainer(SparseAutoencoder(10, 40)).train(acts)
for entry in logs:
    print(entry)
