from .loop import Accumulator


def run_micro_batch(model, optimizer, criterion, accumulator: Accumulator, x, y):
    optimizer.zero_grad()  # expect: AGL313
    loss = criterion(model(x), y)
    accumulator.scale(loss).backward()
    return loss.item()
