import math


def cosine(total_steps, floor=0.05):
    def factor(step):
        t = min(step / total_steps, 1.0)
        return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * t))
    return factor
