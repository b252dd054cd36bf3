from .loop import *
from .model import *
