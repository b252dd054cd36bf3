import torch
from torch import nn, optim
import torch.nn.functional as F


class StyleProblem:
    """Neural style on a small image with L-BFGS, as in the classic tutorial."""

    def __init__(self, size=16):
        torch.manual_seed(0)
        self.cnn = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 8, 3)).requires_grad_(False)
        self.content = self.cnn(torch.rand(1, 3, size, size))
        self.style = self.gram(self.cnn(torch.rand(1, 3, size, size)))

    @staticmethod
    def gram(f):
        f = f.flatten(2)
        return f @ f.transpose(1, 2) / f[0].numel()

    def losses(self, img):
        f = self.cnn(img)
        return F.mse_loss(f, self.content), F.mse_loss(self.gram(f), self.style)


def run_style_transfer(problem, input_img, num_steps=20, style_weight=1e4):
    input_img.requires_grad_(True)
    optimizer = optim.LBFGS([input_img], max_iter=5)
    run = [0]
    while run[0] <= num_steps:

        def closure():
            with torch.no_grad():
                input_img.clamp_(0, 1)
            optimizer.zero_grad()
            c, s = problem.losses(input_img)
            loss = c + style_weight * s
            loss.backward()
            run[0] += 1
            if run[0] % 10 == 0:
                print(f"run {run[0]}: style {s.item():.6f} content {c.item():.4f}")
            return loss

        optimizer.step(closure)

    with torch.no_grad():
        input_img.clamp_(0, 1)
    return input_img


out = run_style_transfer(StyleProblem(), torch.rand(1, 3, 16, 16))
print(out.shape)
