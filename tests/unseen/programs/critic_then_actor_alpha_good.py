import torch
class SAC:
    def __init__(self, actor, critic, target, entropy):
        self.actor, self.critic, self.target, self.entropy = actor, critic, target, entropy
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.oa = torch.optim.Adam(actor.parameters())
        self.oc = torch.optim.Adam(critic.parameters())
        self.ol = torch.optim.Adam([self.log_alpha])
    def update(self, s, a, r, n):
        with torch.no_grad():
            na, nl = self.actor(n)
            t = r + 0.99 * (self.target(n, na) - self.log_alpha.exp() * nl)
        lc = (self.critic(s, a) - t).square().mean()
        self.oc.zero_grad()
        lc.backward()
        self.oc.step()
        pa, pl = self.actor(s)
        la = (self.log_alpha.exp().detach() * pl - self.critic(s, pa)).mean()
        self.oa.zero_grad()
        la.backward()
        self.oa.step()
        ll = -(self.log_alpha * (pl + self.entropy).detach()).mean()
        self.ol.zero_grad()
        ll.backward()
        self.ol.step()
        with torch.no_grad():
            for p, q in zip(self.critic.parameters(), self.target.parameters()):
                q.mul_(0.995).add_(p, alpha=0.005)
def main(actor, critic, target, replay):
    sac = SAC(actor, critic, target, -2.0)
    for batch in replay:
        sac.update(*batch)
