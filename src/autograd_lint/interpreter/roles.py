"""Roles: what something that was not seen is, as far as its name and its use tell.

The networks and optimizers of a library's trainers are the user's. What nothing but a model is asked for, or
a usual name for one together with a call, makes a model of it; `zero_grad` and `step` make an optimizer.
"""

from __future__ import annotations

import re
from collections.abc import Set

CALLED = "()"
"""What `relevance.uses` notes of a name that is called."""

_ASKED_OF_MODELS = frozenset({"parameters", "named_parameters", "named_modules", "requires_grad_"})
_ASKED_AND_CALLED = frozenset({"state_dict", "load_state_dict", "train", "eval"})
_MODELS = frozenset(
    {"model", "net", "netd", "netg", "network", "module", "actor", "critic", "policy", "generator",
     "discriminator", "encoder", "decoder", "autoencoder", "vae", "backbone", "trunk", "head", "student",
     "teacher", "learner", "classifier", "denoiser", "transformer", "unet", "resnet", "bert", "gpt", "qnet",
     "q", "qf", "vf", "regressor", "embedder", "extractor", "projector", "predictor"}
)  # fmt: skip
_MAKING = frozenset({"make", "build", "create", "get", "load", "init", "new", "setup"})
_COPIES = frozenset({"target", "targ", "online", "old", "ema", "local", "main", "a", "b"})
_WORD = re.compile(r"[A-Za-z]+?(?=[A-Z][a-z]|[^A-Za-z]|$)")


def is_model(name: str, used: Set[str]) -> bool:
    """Whether something of this name, of which these attributes are asked, is a model."""
    if not used.isdisjoint(_ASKED_OF_MODELS):
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    if CALLED not in used or name[:1].isupper() or not _MAKING.isdisjoint(words):
        return False
    if not used.isdisjoint(_ASKED_AND_CALLED):
        return True
    while words and words[-1] in _COPIES:
        words.pop()
    return bool(words) and words[-1] in _MODELS


def is_optimizer(used: Set[str]) -> bool:
    """Whether something of which these attributes are asked is an optimizer."""
    return used >= {"zero_grad", "step"}
