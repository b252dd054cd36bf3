from torch import nn

from charlm.state import carry_over


def train_epoch(model, corpus, optimizer, criterion, batch_size=4, bptt=16, clip=1.0):
    model.train()
    state = model.init_state(batch_size)
    losses = []
    for x, y in corpus.chunks(batch_size, bptt):
        optimizer.zero_grad()
        state = carry_over(state)
        logits, state = model(x, state)
        loss = criterion(logits.flatten(0, 1), y.flatten())
        loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
