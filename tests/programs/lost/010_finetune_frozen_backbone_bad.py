import copy
import torch
from torch import nn


def conv_bn(cin, cout, stride=1):
    return nn.Sequential(
        nn.Conv2d(cin, cout, 3, stride, 1, bias=False),
        nn.GroupNorm(2, cout),
        nn.SiLU(inplace=True),
    )


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 8)
        self.stage1 = conv_bn(8, 16, 2)
        self.stage2 = conv_bn(16, 16, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.pool(self.stage2(self.stage1(self.stem(x)))).flatten(1)


class Classifier(nn.Module):
    def __init__(self, backbone, num_classes):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(16, num_classes)

    def forward(self, x):
        return self.head(self.backbone(x))


class FineTuner:
    def __init__(self, model, freeze_backbone=True, lr=0.05):
        self.model = model
        if freeze_backbone:
            self.model.backbone.requires_grad = False  # expect: AGL406
        self.opt = torch.optim.SGD(
            (p for p in model.parameters() if p.requires_grad), lr=lr, momentum=0.9, weight_decay=1e-4
        )
        self.loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)

    def step(self, images, labels):
        self.model.train()
        loss = self.loss_fn(self.model(images), labels)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()


def fake_batch(n=16):
    labels = torch.randint(0, 3, (n,))
    images = torch.randn(n, 3, 16, 16) * 0.3
    images[torch.arange(n), labels] += 1.0  # class = the bright channel
    return images, labels


if __name__ == "__main__":
    torch.manual_seed(0)
    model = Classifier(Backbone(), 3)
    before = copy.deepcopy(model.backbone.state_dict())
    tuner = FineTuner(model)
    for it in range(20):
        loss = tuner.step(*fake_batch())
    n_train = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print("loss", round(loss, 3), "trainable", n_train)
    changed = [k for k, v in model.backbone.state_dict().items() if not torch.equal(v, before[k])]
    assert len(changed) == len(before)  # the "frozen" backbone moved
