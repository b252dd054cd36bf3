from torch import nn


class SignalNet(nn.Module):
    def __init__(self, channels=6, num_classes=3, init=None):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv1d(1, channels, 5, padding=2), nn.ReLU(),
            nn.AdaptiveAvgPool1d(4), nn.Flatten(),
        )
        self.classifier = nn.Linear(4 * channels, num_classes)
        if init is not None:
            self.apply(init)

    def forward(self, x):
        return self.classifier(self.features(x))
