import torch


class Norm(torch.nn.Module):
    def __init__(self, Rs_in, normalization="component"):
        super().__init__()
        self.Rs_in = Rs_in
        self.normalization = normalization

    def forward(self, features):
        *size, n = features.size()
        output = []
        index = 0
        for mul, l, _ in self.Rs_in:
            sub = features.narrow(-1, index, mul * (2 * l + 1)).reshape(*size, mul, 2 * l + 1)
            index += mul * (2 * l + 1)
            sub = sub.norm(2, dim=-1)
            if self.normalization == "component":
                sub = sub / (2 * l + 1) ** 0.5
            output.append(sub)
        return torch.cat(output, dim=-1)
