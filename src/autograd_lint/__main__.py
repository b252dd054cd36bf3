"""`python -m autograd_lint`."""

from autograd_lint.cli import main

main(prog_name="autograd-lint")
