"""How long a whole `autograd-lint check` takes, against `ast.parse` of the same files.

    python benchmarks/whole_command.py [FOLDER] [--pairs N] [--jobs N]

Without FOLDER, the timm that is installed for this Python (`pip install --no-deps timm==1.0.31`).
Each pair runs both commands one after the other, so that both meet the same machine; the medians
are of whole processes, from start to exit.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time
from pathlib import Path

PARSE = """
import ast, sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    ast.parse(path.read_bytes())
"""


def timed(command: list[str]) -> float:
    """Seconds from start to exit. Raises `SystemExit` where the command could not do its job."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[:4]} failed:\n{done.stderr}")
    return seconds


def installed_timm() -> Path:
    """Where timm is installed, without importing it. Raises `SystemExit` where it is not."""
    spec = importlib.util.find_spec("timm")
    if spec is None or spec.origin is None:
        raise SystemExit("timm is not installed; name a folder, or pip install --no-deps timm")
    return Path(spec.origin).parent


def main() -> None:
    """Times the pairs and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    folder = options.folder or installed_timm()

    lint = [sys.executable, "-m", "autograd_lint", "check", "--output-format", "concise"]
    commands = {
        "ast.parse": [sys.executable, "-c", PARSE, str(folder)],
        f"check -j {options.jobs}": [*lint, "-j", str(options.jobs), str(folder)],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(options.pairs):
        for name, command in commands.items():
            seconds[name].append(timed(command))

    files = sorted(folder.rglob("*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    print(f"{folder}: {len(files)} files, {lines} lines, {options.pairs} pairs\n")
    print(f"{'command':<14}{'median':>9}{'fastest':>9}{'slowest':>9}{'lines/s':>11}")
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(
            f"{name:<14}{median:>8.2f}s{min(taken):>8.2f}s{max(taken):>8.2f}s"
            f"{lines / median:>11,.0f}"
        )
    parsed, checked = seconds.values()
    ratio = statistics.median(c / p for c, p in zip(checked, parsed, strict=True))
    print(f"\ncheck takes {ratio:.1f} times as long as ast.parse (median of the pairs)")


if __name__ == "__main__":
    main()
