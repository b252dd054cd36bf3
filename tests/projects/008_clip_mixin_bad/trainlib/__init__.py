from .trainer import Trainer
from .mixins import EmaMixin, GradClipMixin
