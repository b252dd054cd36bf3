MODEL = {
    "module": "moe",
    "name": "moe-classifier",
    "args": {"in_dim": 5, "dim": 12, "num_classes": 3},
}
OPTIMIZER = {"type": "AdamW", "lr": 5e-3, "weight_decay": 0.01}
STEPS = 15
