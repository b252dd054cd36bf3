"""Optimise an image directly: match random conv features of a picture, stay smooth."""
import torch
import torch.nn.functional as F

torch.manual_seed(100)
SIZE, N_FILT, STEPS = 32, 12, 25
TV_WEIGHT = 0.02

# fixed random "perceptual" bank
bank = [torch.randn(N_FILT, 3, 5, 5) / 8, torch.randn(2 * N_FILT, N_FILT, 3, 3) / 10]


def features(img):
    h = img[None]
    for k in bank:
        h = F.elu(F.conv2d(h, k, stride=2))
    return h


def gram(h):
    f = h.flatten(2)
    return f @ f.transpose(1, 2) / f.shape[-1]


# the picture whose texture is wanted
grid = torch.linspace(0, 12, SIZE)
ref = torch.stack([
    grid.sin()[None, :].expand(SIZE, SIZE),
    grid.cos()[:, None].expand(SIZE, SIZE),
    (grid[None, :] + grid[:, None]).sin(),
]) * 0.5 + 0.5
with torch.no_grad():
    wanted = gram(features(ref))

# unconstrained pixels; a sigmoid keeps colours in [0, 1]
pixels = torch.zeros(3, SIZE, SIZE, requires_grad=True)
with torch.no_grad():
    pixels += 0.5 * torch.randn(3, SIZE, SIZE)
optimizer = torch.optim.Adam([pixels], lr=0.05)

for step in range(STEPS):
    optimizer.zero_grad()
    canvas = torch.sigmoid(pixels)

    style = F.mse_loss(gram(features(canvas)), wanted)
    style.backward()

    tv = (canvas[:, 1:] - canvas[:, :-1]).abs().mean() + (canvas[..., 1:] - canvas[..., :-1]).abs().mean()
    smooth = TV_WEIGHT * tv
    smooth.backward()  # expect: AGL201  # raises: Trying to backward through the graph a second time

    optimizer.step()
    if step % 6 == 0:
        print(f"step {step:3d} style {style.item():.5f} tv {tv.item():.4f}")

final = torch.sigmoid(pixels.detach())
print("mean colour", [round(v, 3) for v in final.mean((1, 2)).tolist()])
