class Meter:
    """Keeps the values of one quantity."""

    def __init__(self):
        self.values = []

    def update(self, value):
        self.values.append(value.detach())

    def mean(self, last=None):
        values = self.values[-last:] if last else self.values
        return float(sum(values)) / max(len(values), 1)
