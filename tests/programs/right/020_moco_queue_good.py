import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class MoCo(nn.Module):
    def __init__(self, make_encoder, dim=16, K=256, m=0.99, T=0.2):
        super().__init__()
        self.K, self.m, self.T = K, m, T
        self.encoder_q = make_encoder(dim)
        self.encoder_k = make_encoder(dim)
        for pq, pk in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            pk.data.copy_(pq.data)
            pk.requires_grad = False
        self.register_buffer("queue", F.normalize(torch.randn(dim, K), dim=0))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def _momentum_update(self):
        for pq, pk in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            pk.data = pk.data * self.m + pq.data * (1.0 - self.m)

    @torch.no_grad()
    def _enqueue(self, keys):
        n = keys.size(0)
        ptr = int(self.queue_ptr)
        assert self.K % n == 0
        self.queue[:, ptr:ptr + n] = keys.T
        self.queue_ptr[0] = (ptr + n) % self.K

    def forward(self, im_q, im_k):
        q = F.normalize(self.encoder_q(im_q), dim=1)
        with torch.no_grad():
            self._momentum_update()
            perm = torch.randperm(im_k.size(0))
            k = F.normalize(self.encoder_k(im_k[perm]), dim=1)
            k = k[torch.argsort(perm)]
        l_pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
        # the queue is overwritten below, so the graph must hold its own copy
        l_neg = torch.einsum("nc,ck->nk", q, self.queue.clone().detach())
        logits = torch.cat([l_pos, l_neg], dim=1) / self.T
        labels = torch.zeros(logits.size(0), dtype=torch.long, device=logits.device)
        self._enqueue(k)
        return logits, labels


def encoder(dim):
    return nn.Sequential(
        nn.Conv1d(1, 8, 5, stride=2, padding=2), nn.ReLU(inplace=True),
        nn.Conv1d(8, 16, 3, stride=2, padding=1), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(16, dim),
    )


def two_views(n, length=32):
    t = torch.linspace(0, 6.28, length)
    f = torch.randint(1, 6, (n, 1)).float()

    def view():
        return (torch.sin(f * t + torch.rand(n, 1) * 6.28) + 0.1 * torch.randn(n, length)).unsqueeze(1)

    return view(), view()


torch.manual_seed(0)
model = MoCo(encoder)
opt = torch.optim.SGD((p for p in model.parameters() if p.requires_grad), lr=0.1, momentum=0.9, weight_decay=1e-4)
milestones = torch.optim.lr_scheduler.MultiStepLR(opt, [40, 60], gamma=0.3)
acc_meter = []
for step in range(70):
    a, b = two_views(32)
    logits, labels = model(a, b)
    loss = F.cross_entropy(logits, labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
    milestones.step()
    acc_meter.append((logits.argmax(1) == labels).float().mean().item())
    if (step + 1) % 10 == 0:
        print(f"step {step + 1} loss {loss.item():.3f} acc {sum(acc_meter[-10:]) / 10:.3f}")
