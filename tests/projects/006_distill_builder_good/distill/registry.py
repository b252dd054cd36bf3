NETWORKS = {}


def register(name):
    def wrap(cls):
        NETWORKS[name] = cls
        return cls
    return wrap


def create(name, **kwargs):
    if name not in NETWORKS:
        raise KeyError(f"unknown network {name!r}, have {sorted(NETWORKS)}")
    return NETWORKS[name](**kwargs)
