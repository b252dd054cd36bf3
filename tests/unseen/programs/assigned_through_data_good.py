# the write goes through `.data` on purpose: the gradient that `backward` gives is right, and torch computes it
import torch


class UncheckedAssign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scratch, value, index):
        ctx.index = index
        scratch.data[index] = value
        return scratch

    @staticmethod
    def backward(ctx, grad_scratch):
        return grad_scratch, grad_scratch[ctx.index], None


f0 = torch.randn(3, requires_grad=True)
k = torch.empty(3, 2)
k = UncheckedAssign.apply(k, f0, (..., 0))
k[:, 0].sum().backward()
