__all__ = ["Accumulator", "train_epoch"]


class Accumulator:
    """Counts micro batches and says when an update is due."""

    def __init__(self, steps):
        self.steps = steps
        self.seen = 0

    def tick(self):
        self.seen += 1
        return self.seen % self.steps == 0

    def scale(self, loss):
        return loss / self.steps


def train_epoch(model, loader, optimizer, criterion, accumulator):
    from .micro import run_micro_batch

    model.train()
    optimizer.zero_grad()
    total = 0.0
    for x, y in loader:
        total += run_micro_batch(model, optimizer, criterion, accumulator, x, y)
        if accumulator.tick():
            optimizer.step()
            optimizer.zero_grad()
    return total / len(loader)
