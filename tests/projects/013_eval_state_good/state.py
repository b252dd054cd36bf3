"""Objects shared by the whole run."""
import torch
from torch import nn

torch.manual_seed(0)
device = torch.device("cpu")
model = nn.Sequential(
    nn.Linear(8, 32),
    nn.BatchNorm1d(32),
    nn.ReLU(),
    nn.Dropout(0.3),
    nn.Linear(32, 2),
).to(device)
