from meters import *


class Hook:
    def on_step_end(self, step, loss):
        pass

    def on_epoch_end(self, epoch):
        pass


class LossHistory(Hook):
    def __init__(self):
        self.meter = Meter()
        self.steps = 0

    def on_step_end(self, step, loss):
        self.meter.update(loss)
        self.steps += 1

    def on_epoch_end(self, epoch):
        print(f"epoch {epoch} loss {self.meter.mean(last=self.steps):.4f}")
        self.steps = 0
