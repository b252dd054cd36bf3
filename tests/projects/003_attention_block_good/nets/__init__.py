from .models import SetClassifier

__all__ = ["SetClassifier"]
