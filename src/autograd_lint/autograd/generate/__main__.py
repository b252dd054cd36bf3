"""``python -m autograd_lint.autograd.generate [--check]``: write the table, or compare it."""

from __future__ import annotations

import sys

from autograd_lint.autograd.generate import TABLE, generate


def main() -> int:
    """Write the table; with ``--check`` compare it instead, and return 1 if it is out of date."""
    text = generate()
    if "--check" in sys.argv[1:]:
        return int(TABLE.read_text(encoding="utf-8") != text)
    TABLE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
