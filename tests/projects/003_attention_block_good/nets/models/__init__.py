from .classifier import SetClassifier
from .blocks import AttentionBlock
