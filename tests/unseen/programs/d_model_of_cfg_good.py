import torch
def run(build, cfgs, loader):
    for cfg in cfgs:
        model = build(cfg)
        for x in loader:
            loss = model(x).mean()
            loss.backward()
