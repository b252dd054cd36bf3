import torch
class NativeScaler:
    def __init__(self):
        self._scaler = torch.amp.GradScaler("cpu")
    def __call__(self, loss, optimizer, clip_grad=None, parameters=None, create_graph=False, need_update=True):
        self._scaler.scale(loss).backward(create_graph=create_graph)
        if need_update:
            if clip_grad is not None:
                assert parameters is not None
                self._scaler.unscale_(optimizer)
                torch.nn.utils.clip_grad_norm_(parameters, clip_grad)
            self._scaler.step(optimizer)
            self._scaler.update()
def train_one_epoch(model, criterion, loader, optimizer, scaler, clip=1.0, accumulate=2):
    model.train()
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y) / accumulate
        update = (i + 1) % accumulate == 0
        scaler(loss, optimizer, clip_grad=clip, parameters=model.parameters(), need_update=update)
        if update:
            optimizer.zero_grad()
def main(model, criterion, loader, make_optimizer):
    optimizer = make_optimizer(model)
    scaler = NativeScaler()
    for _ in range(10):
        train_one_epoch(model, criterion, loader, optimizer, scaler)
