import torch
class Two:
    def __init__(self, a, b, oa, ob):
        self.a, self.b, self.oa, self.ob = a, b, oa, ob
    def step(self, x):
        za, zb = self.a(x), self.b(x)
        la = 1 - torch.cosine_similarity(za, zb.detach()).mean()
        lb = 1 - torch.cosine_similarity(zb, za.detach()).mean()
        for o, l in ((self.oa, la), (self.ob, lb)):
            o.zero_grad()
            l.backward()
            o.step()
