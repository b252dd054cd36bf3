"""Every rule by its code: those about torch, and those about the linter itself."""

from __future__ import annotations

from dataclasses import dataclass

from autograd_lint.finding import Severity
from autograd_lint.selection import Described


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule that belongs to no part of autograd."""

    code: str
    name: str
    severity: Severity
    page: str
    preview: bool = False


UNREADABLE_FILE = OwnRule(
    "AGL900",
    "unreadable-file",
    Severity.ERROR,
    """A file that cannot be read, parsed or analysed.

Nothing is known about such a file, so nothing that is wrong in it can be found, and a run
that says nothing about it would be taken for a clean one. The message says what stopped the
reader: the encoding, the syntax, the size, the permissions, or a mistake of autograd-lint's
own, which asks to be reported.

Code blocks of Markdown that are no complete Python are no findings; `--verbose` names them.
""",
)

UNUSED_SUPPRESSION = OwnRule(
    "AGL901",
    "unused-suppression",
    Severity.INFO,
    """A comment that silences a rule where that rule has nothing to say.

The bug was mended, or the line was moved away from its comment. What is left would silence the
next bug on that line unseen.

It is only told of comments that name codes or rules of autograd-lint: `# noqa` and `# noqa: E501`
may be there for other tools, whose codes are left alone also where they stand beside ours. And it
is only told of what was analysed to the end: not where a rule is off, nor in code that no execution
came to, nor where something was given up, nor where files that use this one were not checked in
the same run.

```python
loss.backward()  # noqa: AGL201
optimizer.step()
```

Where only one backward is left, use instead:

```python
loss.backward()
optimizer.step()
```

`--fix` removes the code, and the comment where nothing else is left of it.
""",
)

UNKNOWN_CODE = OwnRule(
    "AGL902",
    "unknown-code",
    Severity.WARNING,
    """A comment that names a rule which does not exist.

It silences nothing, though whoever wrote it believes that it does. Codes that begin with `AGL` are
meant in a `# noqa`, where the other codes belong to other tools; in `# autograd-lint: ignore[…]`
names count as well.

```python
loss.backward()  # noqa: AGL210
```

Use instead:

```python
loss.backward()  # noqa: AGL201
```

In the configuration and on the command line an unknown rule is an error, and nothing is checked.
""",
)

_OWN = {rule.code: rule for rule in (UNREADABLE_FILE, UNUSED_SUPPRESSION, UNKNOWN_CODE)}


def is_own(code: str) -> bool:
    """Whether it is the code of a rule about the linter itself."""
    return code in _OWN


def all_rules() -> dict[str, Described]:
    """Every rule by its code, in the order of the codes."""
    from autograd_lint.rules import registry

    rules: dict[str, Described] = {**_OWN, **registry()}
    return dict(sorted(rules.items()))
