from torch.nn.utils import clip_grad_norm_


class BaseTrainer:
    """Subclasses run forward and backward in ``training_step``."""

    def __init__(self, model, optimizer, cfg):
        self.model = model
        self.optimizer = optimizer
        self.cfg = cfg

    def training_step(self, batch):
        raise NotImplementedError

    def update(self):
        self.optimizer.step()
        self.optimizer.zero_grad()

    def fit(self, loader):
        self.model.train()
        means = []
        for _ in range(self.cfg.epochs):
            losses = []
            for batch in loader:
                losses.append(self.training_step(batch))
                self.update()
            means.append(sum(losses) / len(losses))
        return means

    def clip(self):
        clip_grad_norm_(self.model.parameters(), self.cfg.grad_clip)
