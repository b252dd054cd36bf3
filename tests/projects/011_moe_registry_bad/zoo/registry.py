import importlib

_MODELS = {}


def register(name):
    def decorator(cls):
        _MODELS[name] = cls
        return cls
    return decorator


def build_model(cfg):
    importlib.import_module(f"zoo.{cfg['module']}")
    return _MODELS[cfg["name"]](**cfg["args"])
