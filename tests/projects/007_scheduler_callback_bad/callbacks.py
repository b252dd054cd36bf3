class Callback:
    def on_batch_begin(self, trainer):
        pass

    def on_batch_end(self, trainer, loss):
        pass

    def on_epoch_end(self, trainer, epoch):
        pass


class LearningRateLogger(Callback):
    def __init__(self):
        self.lrs = []

    def on_batch_end(self, trainer, loss):
        self.lrs.append(trainer.used_lr)


class SchedulerCallback(Callback):
    """Moves the learning rate once per batch."""

    def __init__(self, scheduler):
        self.scheduler = scheduler

    def on_batch_begin(self, trainer):
        self.scheduler.step()  # expect: AGL307


class PrintLoss(Callback):
    def __init__(self):
        self.total, self.count = 0.0, 0

    def on_batch_end(self, trainer, loss):
        self.total += loss
        self.count += 1

    def on_epoch_end(self, trainer, epoch):
        print(f"epoch {epoch}: {self.total / self.count:.4f}")
        self.total, self.count = 0.0, 0
