import torch
import torch.nn as nn
import torch.nn.functional as F

ANCHORS = torch.tensor([[1.0, 1.5], [2.0, 1.0]])


class YoloHead(nn.Module):
    def __init__(self, in_ch, n_cls, stride):
        super().__init__()
        self.na, self.no = len(ANCHORS), 5 + n_cls
        self.stride = stride
        self.conv = nn.Conv2d(in_ch, self.na * self.no, 1)

    @staticmethod
    def make_grid(h, w):
        gy, gx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        return torch.stack((gx, gy), dim=-1).float()

    def decode(self, raw):
        b, _, h, w = raw.shape
        y = raw.view(b, self.na, self.no, h, w).permute(0, 1, 3, 4, 2).sigmoid()
        grid = self.make_grid(h, w)
        anchors = ANCHORS.view(1, self.na, 1, 1, 2)
        y[..., 0:2] = (y[..., 0:2] * 2 - 0.5 + grid) * self.stride  # expect: AGL102
        y[..., 2:4] = (y[..., 2:4] * 2) ** 2 * anchors * self.stride
        return y

    def forward(self, feat):
        return self.decode(self.conv(feat))


class Detector(nn.Module):
    def __init__(self, n_cls=3):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.SiLU(),
            nn.Conv2d(8, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.SiLU())
        self.head = YoloHead(16, n_cls, stride=4)

    def forward(self, img):
        return self.head(self.backbone(img))


def detection_loss(pred, tgt):
    box = F.smooth_l1_loss(pred[..., :4], tgt[..., :4])
    obj = F.binary_cross_entropy(pred[..., 4], tgt[..., 4])
    cls = F.binary_cross_entropy(pred[..., 5:], tgt[..., 5:])
    return box * 0.05 + obj + cls * 0.5


def train_one_epoch(model, optimizer, batches):
    model.train()
    for imgs, targets in batches:
        loss = detection_loss(model(imgs), targets)
        optimizer.zero_grad()
        loss.backward()  # raises: modified by an inplace operation
        optimizer.step()
        print("loss", float(loss))


if __name__ == "__main__":
    torch.manual_seed(0)
    det = Detector()
    sgd = torch.optim.SGD(det.parameters(), lr=1e-2, momentum=0.937)
    fake = [(torch.randn(2, 3, 16, 16), torch.rand(2, 2, 4, 4, 8)) for _ in range(2)]
    train_one_epoch(det, sgd, fake)
