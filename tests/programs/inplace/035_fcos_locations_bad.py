import torch as th
from torch import nn
from torch.nn import functional as F


class FCOSHead(nn.Module):
    def __init__(self, ch: int, n_cls: int):
        super().__init__()
        self.tower = nn.Sequential(nn.Conv2d(ch, ch, 3, padding=1), nn.GroupNorm(4, ch), nn.ReLU())
        self.cls = nn.Conv2d(ch, n_cls, 3, padding=1)
        self.reg = nn.Conv2d(ch, 4, 3, padding=1)
        self.scale = nn.Parameter(th.ones(1))

    def forward(self, f):
        t = self.tower(f)
        ltrb = F.relu(self.scale * self.reg(t))
        return self.cls(t).flatten(2).transpose(1, 2), ltrb.flatten(2).transpose(1, 2)


class FCOS(nn.Module):
    def __init__(self, n_cls=2, strides=(4, 8)):
        super().__init__()
        self.strides = strides
        self.c2 = nn.Conv2d(3, 16, 3, stride=4, padding=1)
        self.c3 = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.head = FCOSHead(16, n_cls)

    @staticmethod
    def locations(h: int, w: int, stride: int) -> th.Tensor:
        ys, xs = th.meshgrid(th.arange(h, dtype=th.float32), th.arange(w, dtype=th.float32), indexing="ij")
        xs += 0.5  # expect: AGL105  # raises: more than one element of the written-to tensor
        ys += 0.5  # expect: AGL105
        return th.stack([xs, ys], -1).view(-1, 2) * stride

    def forward(self, img):
        f1 = F.relu(self.c2(img))
        f2 = F.relu(self.c3(f1))
        scores, boxes = [], []
        for f, s in zip((f1, f2), self.strides):
            cls, ltrb = self.head(f)
            loc = self.locations(*f.shape[-2:], s)
            boxes.append(th.cat([loc - ltrb[..., :2] * s, loc + ltrb[..., 2:] * s], -1))
            scores.append(cls)
        return th.cat(scores, 1), th.cat(boxes, 1)


def step(model, opt, img, cls_t, box_t):
    scores, boxes = model(img)
    loss = F.binary_cross_entropy_with_logits(scores, cls_t) + 0.01 * F.l1_loss(boxes, box_t)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


if __name__ == "__main__":
    th.manual_seed(0)
    model = FCOS()
    opt = th.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    n = 8 * 8 + 4 * 4
    for i in range(3):
        print(i, step(model, opt, th.randn(2, 3, 32, 32), th.randint(0, 2, (2, n, 2)).float(), th.rand(2, n, 4) * 32))
