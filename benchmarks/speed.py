"""How long `autograd-lint` takes in the situations that people wait for, against what Python needs.

    python benchmarks/speed.py FOLDER [--pairs N] [--jobs N] [--no-cold]

FOLDER is copied, so that a file in it can be changed. Each row but the last is a whole process,
from start to exit, in seconds of processor time (which suffers less than wall time from whatever
else runs), paired with the yardstick beside it; figures are medians, the ratio that of the pairs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PARSE = """
import ast, sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    ast.parse(path.read_bytes())
"""
EDIT = """
import sys, time
from pathlib import Path
from autograd_lint.config import Config
from autograd_lint.runner import check_text
path = Path(sys.argv[1])
text = path.read_text()
check_text(text, str(path), Config())
started = time.process_time()
check_text(text + "\\nedited = 1\\n", str(path), Config())
print(time.process_time() - started)
"""
SMALL = """import torch

model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(10):
    optimizer.zero_grad()
    model(torch.randn(2, 3)).sum().backward()
    optimizer.step()
"""
ROUND = """
def train_{n}(model, optimizer, loader, scheduler=None, clip=1.0):
    criterion = nn.CrossEntropyLoss()
    total = 0.0
    for step, (inputs, targets) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        total += loss.item()
        if step % 100 == 0:
            print(step, total)
    return total / max(len(loader), 1)

"""
SCRIPT = "import torch\nfrom torch import nn\n" + "".join(ROUND.format(n=n) for n in range(53))
"""Some 1,000 lines of a training script."""


def seconds(*command: str) -> float:
    """Processor seconds of a command. Raises `SystemExit` where it could not do its job."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[:4]} failed:\n{done.stderr}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def row(name: str, pairs: int, run: Callable[[], float], yardstick: Callable[[], float]) -> None:
    """Time a situation and its yardstick in turn, and print what came of it."""
    both = [(run(), yardstick()) for _ in range(pairs)]
    taken, needed = (statistics.median(times) for times in zip(*both, strict=True))
    ratio = statistics.median(mine / other for mine, other in both)
    print(f"{name:<34}{taken:>9.3f}{needed:>11.3f}{ratio:>9.2f}", flush=True)


def main() -> None:
    """Times the situations and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--no-cold", action="store_true", help="fill the cache, and time the rest")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        folder = Path("copy", options.folder.name)
        shutil.copytree(options.folder, folder)
        Path("small.py").write_text(SMALL)
        Path("script.py").write_text(SCRIPT)
        lint = [sys.executable, "-m", "autograd_lint", "check", "--isolated"]
        check = [*lint, "--cache-dir", "kept", "-j", str(options.jobs)]

        def parse() -> float:
            return seconds(sys.executable, "-c", PARSE, str(folder))

        def click() -> float:
            return seconds(sys.executable, "-c", "import click")

        def changed() -> float:
            least = min(folder.rglob("*.py"), key=lambda path: (abs(_size(path) - 3000), path))
            with least.open("a") as file:
                file.write("\n_ = 'torch'\n")
            return seconds(*check, str(folder))

        def edited() -> float:
            command = [sys.executable, "-c", EDIT, "script.py"]
            return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

        files = sorted(folder.rglob("*.py"))
        lines = sum(path.read_bytes().count(b"\n") for path in files)
        print(f"{options.folder.name}: {len(files)} files, {lines} lines; {options.pairs} pairs\n")
        print(f"{'':<34}{'seconds':>9}{'yardstick':>11}{'ratio':>9}")
        if not options.no_cold:
            cold = [*lint, "--no-cache", "-j", str(options.jobs), str(folder)]
            row("cold / ast.parse", options.pairs, lambda: seconds(*cold), parse)
        seconds(*check, str(folder))
        row("warm / ast.parse", options.pairs, lambda: seconds(*check, str(folder)), parse)
        row("one changed file / ast.parse", options.pairs, changed, parse)
        row("a small file, cold / import click", options.pairs,
            lambda: seconds(*lint, "--no-cache", "small.py"), click)  # fmt: skip
        seconds(*check, "small.py")
        row("a small file, warm / import click", options.pairs,
            lambda: seconds(*check, "small.py"), click)  # fmt: skip
        row("an edit of 1,000 lines / 150 ms", options.pairs, edited, lambda: 0.15)


def _size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    main()
