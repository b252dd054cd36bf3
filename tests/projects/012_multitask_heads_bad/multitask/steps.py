import torch.nn.functional as F


def task_loss(name, output, target):
    if name == "region":
        return F.cross_entropy(output, target)
    return F.mse_loss(output.squeeze(1), target)


def run_tasks(heads, features, targets):
    """Train every head on the features; returns the loss values."""
    logs = {}
    for name, head in heads.items():
        loss = task_loss(name, head(features), targets[name])
        loss.backward()  # expect: AGL201  # raises: backward through the graph a second time
        logs[name] = loss.item()
    return logs
