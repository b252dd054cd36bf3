import torch.nn.functional as F

import tabular.base as base


class ChurnTrainer(base.BaseTrainer):
    def training_step(self, batch):
        x, y = batch
        logits = self.model(x).squeeze(1)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        loss.backward()
        self.clip()
        return loss.item()
