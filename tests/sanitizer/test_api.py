"""The sanitizer as a context manager, in notebooks and in tests."""

from __future__ import annotations

import gc
import linecache
import subprocess
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")

import autograd_lint  # noqa: E402
from autograd_lint.sanitizer.session import Session  # noqa: E402

GOOD = "import torch\n\n\ndef test_it():\n    x = torch.ones(2, requires_grad=True)\n    x.sum().backward()\n"
TWICE = GOOD + "    y = x.sum()\n    x.grad = None\n    y.backward()\n    y.backward()\n"
RAISED = GOOD + "    x += 1\n"


def twice() -> None:
    total = torch.ones(2, requires_grad=True).sum()
    total.backward()
    total.backward()


def test_importing_autograd_lint_imports_no_torch() -> None:
    code = "import sys, autograd_lint, autograd_lint.sanitizer; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_found_is_told_at_the_end() -> None:
    said: list[str] = []
    with autograd_lint.sanitizer(echo=said.append) as found:
        twice()

    assert [finding.code for finding in found.findings] == ["AGL206"]
    assert len(said) == 1
    assert "AGL206" in said[0]


def test_nothing_is_said_of_what_is_right() -> None:
    said: list[str] = []
    with autograd_lint.sanitizer(echo=said.append) as found:
        torch.ones(2, requires_grad=True).sum().backward()

    assert (found.findings, said) == ((), [])


def test_an_exception_goes_on_its_way_and_is_explained() -> None:
    leaf = torch.ones(2, requires_grad=True)
    with (
        pytest.raises(RuntimeError, match="a leaf Variable"),
        autograd_lint.sanitizer(echo=lambda _: None) as found,
    ):
        leaf += 1

    assert [finding.code for finding in found.findings] == ["AGL101"]


def test_torch_is_left_as_it_was() -> None:
    def state() -> list[Any]:
        return [
            torch.autograd._engine_run_backward, vars(torch.autograd.Function)["apply"],
            torch.nn.Parameter.__new__, torch.optim.Optimizer.zero_grad, torch.nn.Module.train,
            torch.nn.utils.clip_grad_norm_, torch.overrides._get_current_function_mode_stack(),
            dict(sys.modules["torch.optim.optimizer"]._global_optimizer_pre_hooks),
        ]  # fmt: skip

    before = state()
    with pytest.raises(ZeroDivisionError), Session():
        _ = 1 / 0

    assert state() == before


def test_no_tensor_is_kept_alive() -> None:
    def use() -> list[weakref.ref[Any]]:
        model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        x = torch.ones(2, 3)
        hidden = model(x)
        loss = hidden.square().mean()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            other = model(x).data
        other.add_(1)
        loss.item()
        grads = [p.grad for p in model.parameters()]
        return [weakref.ref(t) for t in (*model.parameters(), *grads, x, hidden, loss, other)]

    with Session():
        refs = use()
        gc.collect()
        alive = [ref() for ref in refs if ref() is not None]

    assert alive == []


def test_a_spoilt_saved_tensor_is_not_kept_alive() -> None:
    def fail() -> weakref.ref[Any]:
        y = torch.ones(2, requires_grad=True).exp()
        y += 1
        with pytest.raises(RuntimeError):
            y.sum().backward()
        return weakref.ref(y)

    with Session():
        ref = fail()
        gc.collect()

        assert ref() is None


def test_what_is_remembered_of_leaves_ends_with_them() -> None:
    session = Session()
    with session:
        for _ in range(50):
            torch.ones(2, requires_grad=True).sum().backward()

    assert len(session.gradients._leaves) < 5
    assert len(session.gradients._owners) < 5


def test_sampling_lets_operations_through_and_still_sees_steps() -> None:
    weight = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    session = Session(every=10)
    with session:
        for _ in range(4):
            (weight * weight).sum().backward()
            optimizer.step()

    assert [finding.code for finding in session.findings()] == ["AGL301"]


def test_another_thread_is_not_watched() -> None:
    import threading

    session = Session()
    with session:
        thread = threading.Thread(target=twice)
        thread.start()
        thread.join()

    assert session.findings() == []
    assert session.failures == []


def test_compiled_code_is_run_and_said_not_to_be_seen() -> None:
    pytest.importorskip("torch._dynamo")
    from autograd_lint.sanitizer.telling import closing

    model = torch.nn.Linear(2, 1)
    compiled = torch.compile(model, backend="aot_eager")
    plain = model(torch.ones(1, 2))
    session = Session()
    with session:
        loss = compiled(torch.ones(1, 2)).sum()
        loss.backward()

    assert loss.item() == plain.item()
    assert session.failures == []
    assert "not what torch.compile has compiled" in closing([], session)


class Shell:
    """As much of an IPython shell as the extension uses."""

    def __init__(self) -> None:
        self.hooks: list[Any] = []
        self.compile = SimpleNamespace(_filename_map={})
        self.events = SimpleNamespace(
            register=lambda _, hook: self.hooks.append(hook),
            unregister=lambda _, hook: self.hooks.remove(hook),
        )

    def cell(self, error: BaseException | None = None) -> None:
        for hook in self.hooks:
            hook(SimpleNamespace(error_in_exec=error))


def test_the_extension_tells_below_each_cell_what_is_new(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = Shell()
    autograd_lint.load_ipython_extension(shell)
    try:
        twice()
        shell.cell()
        first = capsys.readouterr().err
        shell.cell()
        second = capsys.readouterr().err
    finally:
        autograd_lint.unload_ipython_extension(shell)

    assert "AGL206" in first
    assert second == ""
    assert shell.hooks == []


def test_cells_are_named_as_the_shell_counts_them_and_may_be_silenced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = Shell()

    def run(number: int, text: str) -> str:
        name = f"<ipython-input-{number}-of-a-test>"
        shell.compile._filename_map[name] = number
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), {"torch": torch})
        shell.cell()
        return capsys.readouterr().err

    text = "t = torch.ones(2, requires_grad=True).sum()\nt.backward()\nt.backward()"
    autograd_lint.load_ipython_extension(shell)
    try:
        told, silenced = run(3, text), run(4, text + "  # noqa: AGL206")
    finally:
        autograd_lint.unload_ipython_extension(shell)

    assert told.startswith("In:cell 3:3:1: AGL206")
    assert "  3 | t.backward()" in told
    assert silenced == ""


def run_pytest(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(text)
    plugin = (
        "-p",
        "autograd_lint.sanitizer.plugin",
        "-p",
        "no:autograd-lint",
        "-p",
        "no:cacheprovider",
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, *options, str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_plugin_fails_a_test_on_findings_and_only_when_asked(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, TWICE).returncode == 0

    watched = run_pytest(tmp_path, TWICE, "--autograd-lint")

    assert watched.returncode == 1
    assert "test_it.py:10:5: AGL206" in watched.stdout
    assert run_pytest(tmp_path, GOOD, "--autograd-lint").returncode == 0


def test_the_plugin_explains_what_a_test_has_raised(tmp_path: Path) -> None:
    watched = run_pytest(tmp_path, RAISED, "--autograd-lint")

    assert watched.returncode == 1
    assert "RuntimeError: a leaf Variable" in watched.stdout
    assert "test_it.py:7:5: AGL101" in watched.stdout


def test_a_mark_says_what_a_test_may_do(tmp_path: Path) -> None:
    for options in ("ignore=['AGL206']", "off=True"):
        marked = TWICE.replace("def test", f"@pytest.mark.autograd_lint({options})\ndef test")

        assert run_pytest(tmp_path, "import pytest\n" + marked, "--autograd-lint").returncode == 0
