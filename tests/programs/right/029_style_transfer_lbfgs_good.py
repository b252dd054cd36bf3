"""Neural style transfer on pixels (random conv features), LBFGS closure, clamp under no_grad."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def gram_matrix(x):
    b, c, h, w = x.shape
    f = x.view(b * c, h * w)
    return f @ f.t() / (b * c * h * w)


class ContentLoss(nn.Module):
    def __init__(self, target):
        super().__init__()
        self.target = target.detach()
        self.loss = None

    def forward(self, x):
        self.loss = F.mse_loss(x, self.target)
        return x


class StyleLoss(nn.Module):
    def __init__(self, target_feature):
        super().__init__()
        self.target = gram_matrix(target_feature).detach()
        self.loss = None

    def forward(self, x):
        self.loss = F.mse_loss(gram_matrix(x), self.target)
        return x


class Normalization(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(-1, 1, 1))

    def forward(self, img):
        return (img - self.mean) / self.std


def build(cnn, content, style):
    model = nn.Sequential(Normalization([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    content_losses, style_losses = [], []
    i = 0
    for layer in cnn.children():
        if isinstance(layer, nn.Conv2d):
            i += 1
        elif isinstance(layer, nn.ReLU):
            layer = nn.ReLU(inplace=False)
        model.append(layer)
        if isinstance(layer, nn.ReLU):
            if i == 2:
                content_losses.append(ContentLoss(model(content)))
                model.append(content_losses[-1])
            style_losses.append(StyleLoss(model(style)))
            model.append(style_losses[-1])
    return model, content_losses, style_losses


torch.manual_seed(0)
cnn = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True),
    nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(inplace=True), nn.AvgPool2d(2),
    nn.Conv2d(12, 16, 3, padding=1), nn.ReLU(inplace=True),
).eval()
content_img = torch.linspace(0, 1, 24).expand(1, 3, 24, 24).clone()
style_img = (torch.arange(24) % 4 < 2).float().view(1, 1, 24, 1).expand(1, 3, 24, 24).clone()

model, content_losses, style_losses = build(cnn, content_img, style_img)
model.eval().requires_grad_(False)
input_img = content_img.clone().requires_grad_(True)
optimizer = torch.optim.LBFGS([input_img], max_iter=10)

run = [0]
while run[0] < 40:

    def closure():
        with torch.no_grad():
            input_img.clamp_(0, 1)
        optimizer.zero_grad()
        model(input_img)
        style_score = sum(sl.loss for sl in style_losses)
        content_score = sum(cl.loss for cl in content_losses)
        loss = 1e4 * style_score + content_score
        loss.backward()
        run[0] += 1
        if run[0] % 20 == 0:
            print(f"run {run[0]} style {style_score.item():.6f} content {content_score.item():.4f}")
        return loss

    optimizer.step(closure)

with torch.no_grad():
    input_img.clamp_(0, 1)
print("mean pixel change", (input_img.detach() - content_img).abs().mean().item())
