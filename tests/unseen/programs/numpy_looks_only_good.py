# np.isscalar only looks at the type: it converts nothing
import numpy as np
import torch

log_prior = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.Adam([log_prior])
for _ in range(3):
    optimizer.zero_grad()
    prior = log_prior.exp()
    if np.isscalar(prior) and np.isreal(prior):
        prior = torch.as_tensor([prior])
    prior.sum().backward()
    optimizer.step()
