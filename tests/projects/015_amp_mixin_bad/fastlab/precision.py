from contextlib import contextmanager

import torch


@contextmanager
def mixed_precision(enabled=True, dtype=torch.bfloat16):
    with torch.autocast("cpu", dtype=dtype, enabled=enabled):
        yield


def make_scaler(init_scale=2.0 ** 8):
    return torch.amp.GradScaler("cpu", init_scale=init_scale, growth_interval=4)
