from .precision import make_scaler, mixed_precision


class AmpMixin:
    """Runs the forward pass in low precision and scales the loss."""

    def setup_amp(self):
        self.scaler = make_scaler()

    def forward_loss(self, x, y):
        with mixed_precision():
            return super().forward_loss(x, y)

    def apply_gradients(self, loss):
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
