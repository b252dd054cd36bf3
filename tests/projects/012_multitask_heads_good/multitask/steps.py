import torch.nn.functional as F


def task_loss(name, output, target):
    if name == "region":
        return F.cross_entropy(output, target)
    return F.mse_loss(output.squeeze(1), target)


def run_tasks(heads, features, targets):
    """Train every head on the features; returns the loss values."""
    total = 0.0
    logs = {}
    for name, head in heads.items():
        loss = task_loss(name, head(features), targets[name])
        total = total + loss
        logs[name] = loss.item()
    total.backward()
    return logs
