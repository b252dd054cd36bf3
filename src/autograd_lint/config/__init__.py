"""How to check: the settings of configuration files and of the command line."""

from autograd_lint.config.command_line import given
from autograd_lint.config.files import ConfigOf, files_above, nearest, read
from autograd_lint.config.settings import Config, ConfigError

__all__ = [
    "Config",
    "ConfigError",
    "ConfigOf",
    "files_above",
    "given",
    "nearest",
    "read",
]
