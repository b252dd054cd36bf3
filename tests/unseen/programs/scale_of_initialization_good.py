# _calculate_correct_fan returns an int
import numpy as np
import torch
from torch import nn


def init_lecun_uniform(tensor, scale=1.0):
    fan_in = torch.nn.init._calculate_correct_fan(tensor, "fan_in")
    s = scale * np.sqrt(3.0 / fan_in)
    with torch.no_grad():
        return tensor.uniform_(-s, s)


init_lecun_uniform(nn.Linear(4, 2).weight)
