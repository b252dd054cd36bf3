import torch
class Style:
    def __init__(self, vgg, content, style):
        self.vgg = vgg
        with torch.no_grad():
            self.content = vgg(content)
            self.grams = [self.gram(f) for f in vgg(style)]
    def gram(self, f):
        f = f.flatten(1)
        return f @ f.t()
    def run(self, image, steps):
        image = image.clone().requires_grad_()
        optimizer = torch.optim.LBFGS([image])
        def closure():
            optimizer.zero_grad()
            fs = self.vgg(image)
            loss = sum((self.gram(f) - g).square().mean() for f, g in zip(fs, self.grams))
            loss.backward()
            return loss
        for _ in range(steps):
            optimizer.step(closure)
        return image.detach()
