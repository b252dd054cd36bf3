"""Neural style transfer with a random feature extractor (no downloads)."""
import torch
from torch import nn
import torch.nn.functional as F


def gram(feat):
    b, c, h, w = feat.shape
    f = feat.reshape(b, c, h * w)
    return f @ f.transpose(1, 2) / (c * h * w)


class Extractor(nn.Module):
    def __init__(self, widths=(3, 8, 16)):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:]))
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x):
        feats = []
        for conv in self.convs:
            x = F.relu(conv(x))
            feats.append(x)
            x = F.avg_pool2d(x, 2)
        return feats


class StyleTransfer:
    def __init__(self, content, style, style_weight=100.0):
        self.net = Extractor().eval()
        with torch.no_grad():
            self.content_feat = self.net(content)[-1]
            self.style_grams = [gram(f) for f in self.net(style)]
        self.style_weight = style_weight
        self.canvas = content.clone().requires_grad_(True)
        self.optim = torch.optim.Adam([self.canvas], lr=0.02)

    def loss(self):
        feats = self.net(self.canvas)
        c = F.mse_loss(feats[-1], self.content_feat)
        s = sum(F.mse_loss(gram(f), g) for f, g in zip(feats, self.style_grams))
        return c + self.style_weight * s

    def run(self, n):
        for i in range(n):
            self.canvas.clamp_(0.0, 1.0)  # expect: AGL101  # raises: a leaf Variable that requires grad
            self.optim.zero_grad()
            loss = self.loss()
            loss.backward()
            self.optim.step()
            print("iter", i, float(loss))
        return self.canvas.detach().clamp(0, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    st = StyleTransfer(torch.rand(1, 3, 24, 24), torch.rand(1, 3, 24, 24))
    out = st.run(4)
    print(out.shape)
