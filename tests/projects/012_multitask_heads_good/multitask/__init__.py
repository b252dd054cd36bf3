from .nets import Encoder, build_heads
