from .encoder import Encoder
from .heads import build_heads
