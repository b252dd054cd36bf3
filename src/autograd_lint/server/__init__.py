"""The language server: what `check` says, in an editor, while its user types.

Analysis runs in a process of its own (`analysis`), so that no keystroke waits for it. `session`
knows which documents are open and what was found in them; `features` is the protocol's side.
This package alone imports pygls, which is an optional dependency.
"""
