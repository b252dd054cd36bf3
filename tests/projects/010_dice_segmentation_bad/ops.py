import torch
import torch.nn.functional as F

NUM_CLASSES = 3


def one_hot_map(labels):
    """(B, H, W) labels to (B, C, H, W) floats."""
    return F.one_hot(labels, NUM_CLASSES).permute(0, 3, 1, 2).float()


def class_map(logits):
    """Per-class maps of what the network predicts."""
    return one_hot_map(logits.argmax(dim=1))


def flatten_map(maps):
    return maps.flatten(start_dim=2)
