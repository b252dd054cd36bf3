"""Programs broken in all ways: nothing that anybody can write may stop the linter."""

from __future__ import annotations

import ast
import copy
import io
import multiprocessing
import random
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from autograd_lint.source import Unreadable, from_bytes
from autograd_lint.worker import Outcome, analyse_source
from campaign.campaigns import BATCH, SPACING
from campaign.judge import time_limit
from campaign.minimize import minimize

TESTS = Path(__file__).parents[1] / "tests"
LONGEST = 30_000
"""Characters of a mutant: what is wrong with longer ones is wrong with these."""

_Mutation = Callable[[random.Random, str], str]
_OF_TEXT: list[_Mutation] = []
_OF_TREE: list[Callable[[random.Random, ast.Module], None]] = []


def _mutation(mutate: _Mutation) -> _Mutation:
    _OF_TEXT.append(mutate)
    return mutate


@cache
def programs() -> tuple[str, ...]:
    """What is mutated: the rules' programs, and those that were written by others."""
    paths = sorted([*TESTS.glob("fixtures/*/*.py"), *TESTS.glob("programs/*/*.py")])
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def mutant(seed: int) -> bytes:
    """The file of a seed: a program whose tree is changed, or its text, which is seldom Python then."""
    rng = random.Random(seed)
    text = rng.choice(programs())
    if rng.random() < 0.8:
        tree = ast.parse(text)
        for _ in range(rng.randint(1, 4)):
            rng.choice(_OF_TREE)(rng, tree)
        text = ast.unparse(tree)
    if rng.random() < 0.3:
        text = rng.choice(_OF_TEXT)(rng, text)[:LONGEST]
    content = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.02:
        at = rng.randrange(len(content) + 1)
        content = content[:at] + rng.choice(_BYTES) + content[at:]
    return rng.choice((b"", b"", b"", b"", b"\xef\xbb\xbf")) + content


_BYTES = (b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc3", b"\x1a")
_CHARACTERS = "\f\t\v\r\n\\\"'#()[]{}:;,=*@.%!?`$\u00a0\u2028\u200b\u0660é\U0001d4cd\ufeff\x1c\x85"


@_mutation
def _truncated(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text) + 1)]


@_mutation
def _beheaded(rng: random.Random, text: str) -> str:
    return text[rng.randrange(len(text) + 1) :]


@_mutation
def _spliced(rng: random.Random, text: str) -> str:
    lines, others = text.splitlines(True), rng.choice(programs()).splitlines(True)
    at, start = rng.randrange(len(lines) + 1), rng.randrange(len(others))
    return "".join([*lines[:at], *others[start : start + rng.randint(1, 20)], *lines[at:]])


@_mutation
def _with_lines_moved(rng: random.Random, text: str) -> str:
    lines = text.splitlines(True)
    for _ in range(rng.randint(1, 5) if lines else 0):
        lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
    return "".join(lines)


@_mutation
def _with_lines_repeated(rng: random.Random, text: str) -> str:
    lines = text.splitlines(True)
    if not lines:
        return text
    at = rng.randrange(len(lines))
    return "".join([*lines[:at], *lines[at : at + 3] * rng.choice((2, 10, 200)), *lines[at:]])


@_mutation
def _with_tokens_swapped(rng: random.Random, text: str) -> str:
    """Names, numbers and operators change places, so that most of it is still Python."""
    tokens = list(_tokens(text))
    for _ in range(rng.randint(1, 12) if tokens else 0):
        kind, *_ = first = rng.choice(tokens)
        alike = [token for token in tokens if token[0] == kind]
        second = rng.choice(alike)
        one, other = tokens.index(first), tokens.index(second)
        tokens[one] = (kind, *first[1:3], second[3])
        tokens[other] = (kind, *second[1:3], first[3])
    return _replaced(text, tokens)


@_mutation
def _with_tokens_of_others(rng: random.Random, text: str) -> str:
    foreign: dict[int, list[str]] = {}
    for kind, _, _, string in _tokens(rng.choice(programs())):
        foreign.setdefault(kind, []).append(string)
    tokens = [
        (kind, start, end, rng.choice(foreign[kind]))
        if kind in foreign and rng.random() < 0.05
        else (kind, start, end, string)
        for kind, start, end, string in _tokens(text)
    ]
    return _replaced(text, tokens)


def _mutation_of_tree(mutate: Callable[[random.Random, ast.Module], None]) -> None:
    _OF_TREE.append(mutate)


@_mutation_of_tree
def _with_other_expressions(rng: random.Random, tree: ast.Module) -> None:
    """Expressions become others of the program, of other programs, or what nobody would write."""
    donors = [
        [node for _, _, node in _slots(tree, ast.expr)],
        [node for _, _, node in _slots(ast.parse(rng.choice(programs())), ast.expr)],
        [ast.parse(value, mode="eval").body for value in _VALUES],
    ]
    for _ in range(rng.randint(1, 8)):
        slots = _slots(tree, ast.expr)
        donor = rng.choice(donors)
        if slots and donor:
            holder, key, _ = rng.choice(slots)
            holder[key] = copy.deepcopy(rng.choice(donor))


@_mutation_of_tree
def _with_other_statements(rng: random.Random, tree: ast.Module) -> None:
    """Statements are put elsewhere, once more, and between those of other programs."""
    mine = [node for _, _, node in _slots(tree, ast.stmt)]
    others = [node for _, _, node in _slots(ast.parse(rng.choice(programs())), ast.stmt)]
    for _ in range(rng.randint(1, 6)):
        body, at, _ = rng.choice(_slots(tree, ast.stmt))
        body.insert(at, copy.deepcopy(rng.choice(rng.choice((mine, others)))))


@_mutation_of_tree
def _without_statements(rng: random.Random, tree: ast.Module) -> None:
    for _ in range(rng.randint(1, 4)):
        body, at, _ = rng.choice(_slots(tree, ast.stmt))
        body[at] = ast.Pass()


@_mutation_of_tree
def _nested(rng: random.Random, tree: ast.Module) -> None:
    """Statements in a function, a loop, a branch, in each other."""
    for _ in range(rng.choice((1, 2, 5, 15))):
        body, at, node = rng.choice(_slots(tree, ast.stmt))
        around = ast.parse(rng.choice(_AROUND)).body
        first = next(held for held, _, inner in _slots(around[0], ast.stmt) if _is_pass(inner))
        first[:] = [node]
        body[at : at + 1] = around


@_mutation_of_tree
def _with_other_names(rng: random.Random, tree: ast.Module) -> None:
    """Some names become others of the program, wherever they stand."""
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
    swapped = {name: rng.choice(names) for name in names if rng.random() < 0.1}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = swapped.get(node.id, node.id)


_Slot = tuple[Any, Any, Any]
"""What holds a node: a list or the attributes of another one; under which key; and the node."""


def _slots(tree: ast.AST, kind: type[ast.AST]) -> list[_Slot]:
    """Where the statements, or the expressions that are read, of a tree stand."""
    found: list[_Slot] = []
    pending = [tree]
    while pending:
        holder = pending.pop()
        for name, value in ast.iter_fields(holder):
            parts = list(enumerate(value)) if isinstance(value, list) else [(name, value)]
            for key, part in parts:
                if not isinstance(part, ast.AST) or isinstance(part, ast.JoinedStr | ast.pattern):
                    continue
                pending.append(part)
                is_read = isinstance(getattr(part, "ctx", None), ast.Load | None)
                if isinstance(part, kind) and is_read:
                    found.append((value if isinstance(value, list) else vars(holder), key, part))
    return found


def _is_pass(node: ast.AST) -> bool:
    return isinstance(node, ast.Pass)


_AROUND = (
    "def f(x, y=None, *a, **k): pass\nf(f)", "for x in y: pass\nelse: x = y", "while x: pass\nelse: y",
    "if x: pass\nelif y: x()", "try: pass\nexcept E as e: raise", "try: pass\nfinally: x = 1",
    "class A(nn.Module): pass\nA()(A())", "with torch.no_grad() as x: pass", "async def g(): pass\ng()",
    "def g():\n yield x\n pass\nfor z in g(): z()", "match x:\n case [A(b=c), *d] | {'e': d}: pass",
    "@torch.no_grad()\ndef forward(self, x): pass\nforward(x, x)", "@property\ndef p(self): pass\np",
    "class F(torch.autograd.Function): pass\nF.apply(F)", "for x, *y in zip(range(3), x): pass",
    "for x in x: pass", "while True: pass",
)  # fmt: skip

_VALUES = (
    "0", "-1", "10**30", "2**64", "1e400", "float('nan')", "None", "...", "True", "''", "'a' * 10",
    "b''", "[]", "()", "{}", "{1}", "[[]]", "[1, 'a']", "(1, slice(2))", "lambda x: x", "[x for x in y]",
    "f(*x, **y)", "torch", "torch.nn", "self", "super()", "(yield)", "(x := x)", "not x", "x[::0]",
    "x[:, 1:2]", "1 << (3 - x)", "x.data", "x.grad", "type(x)", "type", "object", "print", "range(2**70)",
    "open", "f'{x}{y!r:>{z}}'", "[x, x]", "(x, x)", "x if x else x", "next(x)", "iter(x)", "x()", "x.x",
    "torch.ones(0)", "torch.ones(2, 3, requires_grad=True)", "nn.Linear(0, -1)", "__import__('os')",
)  # fmt: skip


@_mutation
def _with_characters(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(_CHARACTERS) + text[at + rng.randint(0, 2) :]
    return text


@_mutation
def _with_other_line_ends(rng: random.Random, text: str) -> str:
    ends = rng.choice((("\r\n",), ("\r",), ("\n", "\r\n", "\r"), ("\n\f",), ("  \\\n", "\n")))
    return "".join(part + rng.choice(ends) for part in text.split("\n"))


_Token = tuple[int, tuple[int, int], tuple[int, int], str]


def _tokens(text: str) -> Iterator[_Token]:
    """Names, numbers, strings and operators, as far as the text can be read."""
    kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in kinds and token.start[0] == token.end[0]:
                yield token.type, token.start, token.end, token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _replaced(text: str, tokens: Sequence[_Token]) -> str:
    lines = io.StringIO(text).readlines()
    for _, (row, column), (_, end), string in reversed(tokens):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + string + line[end:]
    return "".join(lines)


@dataclass(slots=True)
class Survey:
    """What came of some mutants."""

    mutants: int = 0
    unreadable: int = 0
    unparsable: int = 0
    given_up: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str, str]] = field(default_factory=list)
    """The seed, what went wrong, and the program, made small where there is one."""

    def add(self, other: Survey) -> None:
        """Take another one's counts into this one."""
        self.mutants += other.mutants
        self.unreadable += other.unreadable
        self.unparsable += other.unparsable
        self.given_up += other.given_up
        self.findings.update(other.findings)
        self.failures += other.failures

    def text(self) -> str:
        """The table for people."""
        rows = [
            f"mutants      {self.mutants:7}",
            f"  unreadable {self.unreadable:7}",
            f"  no Python  {self.unparsable:7}",
            f"given up     {self.given_up:7}   functions",
            f"findings     {self.findings.total():7}   by {len(self.findings)} rules",
            f"failures     {len(self.failures):7}",
        ]
        return "\n".join(rows)


def analysed(content: bytes) -> Outcome | None:
    """What comes of a file with this content; `None` if it cannot be read. Raises `TimeoutError`."""
    try:
        source = from_bytes(content, Path("/nowhere/mutant.py"), "mutant.py")
    except Unreadable:
        return None
    with time_limit():
        return analyse_source(source, lambda name: None)


def wrong(content: bytes) -> str:
    """What goes wrong with a file: an internal error, a time out, two results; empty if nothing."""
    try:
        first, second = analysed(content), analysed(content)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if first is not None and first.failed:
        return "; ".join(finding.message for finding in first.failed)
    return "" if first == second else "two results"


def survey(seeds: range) -> Survey:
    """Mutate and analyse, in this process."""
    result = Survey()
    for seed in seeds:
        content = mutant(seed)
        result.mutants += 1
        failure = wrong(content)
        if failure:
            result.failures.append((seed, failure, _smallest(content, failure)))
            continue
        outcome = analysed(content)
        if outcome is None:
            result.unreadable += 1
            continue
        result.unparsable += bool(outcome.unread)
        result.given_up += len(outcome.given_up)
        result.findings.update(finding.code for finding in outcome.findings)
    return result


def _smallest(content: bytes, failure: str) -> str:
    text = content.decode("utf-8", "replace")
    kind = failure.partition(":")[0].partition(" in ")[0]
    return minimize(text, lambda smaller: wrong(smaller.encode()).startswith(kind))


def mutate(count: int, seed: int, jobs: int) -> Survey:
    """Survey the mutants of a seed, in several processes."""
    seeds = range(seed * SPACING, seed * SPACING + count)
    batches = [seeds[start : start + BATCH] for start in range(0, count, BATCH)]
    result = Survey()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        for part in pool.map(survey, batches):
            result.add(part)
    return result
