from torch import nn


def load_backbone(model, state):
    own = {k: v for k, v in state.items() if k.startswith("backbone.")}
    missing = model.load_state_dict(own, strict=False)
    return missing


def adapt_head(model, num_classes):
    """Give the network a new classifier for the downstream task."""
    if model.head.out_features != num_classes:
        model.head = nn.Linear(model.head.in_features, num_classes)  # expect: AGL310
        nn.init.zeros_(model.head.bias)
    return model
