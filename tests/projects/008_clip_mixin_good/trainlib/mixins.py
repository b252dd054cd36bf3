from torch.nn.utils import clip_grad_norm_

from .ema import ema_copy, ema_update


class GradClipMixin:
    max_norm = 1.0

    def before_update(self):
        super().before_update()
        self.grad_norm = clip_grad_norm_(self.model.parameters(), self.max_norm)


class EmaMixin:
    ema_decay = 0.9
    ema = None

    def after_update(self):
        super().after_update()
        if self.ema is None:
            self.ema = ema_copy(self.model)
        else:
            ema_update(self.ema, self.model, self.ema_decay)
