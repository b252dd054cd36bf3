from torch import nn


class Classifier(nn.Module):
    def __init__(self, in_dim, width, num_classes):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Linear(in_dim, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
        )
        self.head = nn.Linear(width, num_classes)

    def forward(self, x):
        return self.head(self.backbone(x))
