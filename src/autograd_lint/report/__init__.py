"""Findings out, in each format; this package knows findings only.

A format is a module with a function `render` that takes the findings in order and gives the whole
text, with its last newline, or nothing at all where no finding needs no text.
"""
