"""Small adversarial training lab."""
