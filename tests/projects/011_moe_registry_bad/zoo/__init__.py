from .registry import build_model, register
