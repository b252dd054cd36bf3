"""Multi-term losses are written to a logger that averages over an interval."""
from collections import defaultdict

import torch


class IntervalLogger:
    def __init__(self, every):
        self.every = every
        self.sums = defaultdict(float)
        self.count = 0
        self.lines = []

    def record(self, terms):
        for name, value in terms.items():
            self.sums[name] += value.item()
        self.count += 1
        if self.count % self.every == 0:
            self.flush()

    def flush(self):
        self.lines.append({name: float(total) / self.every for name, total in self.sums.items()})
        self.sums.clear()


class VAETrainer:
    def __init__(self, encoder, decoder, optimizer, logger, beta=1.0):
        self.encoder = encoder
        self.decoder = decoder
        self.optimizer = optimizer
        self.logger = logger
        self.beta = beta

    def terms(self, x):
        mean, log_var = self.encoder(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_var).exp()
        reconstruction = (self.decoder(z) - x).square().sum(1).mean()
        kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(1).mean()
        return {"reconstruction": reconstruction, "kl": kl}

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for x in loader:
                terms = self.terms(x)
                loss = terms["reconstruction"] + self.beta * terms["kl"]
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                self.logger.record(terms)


def train_vae(encoder, decoder, optimizer, loader, epochs=10, every=50):
    logger = IntervalLogger(every)
    VAETrainer(encoder, decoder, optimizer, logger).fit(loader, epochs)
    return logger.lines
