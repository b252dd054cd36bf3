"""What the interpreter provides without seeing its source: Python's builtins, and torch."""
