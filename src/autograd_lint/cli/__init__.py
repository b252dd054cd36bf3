"""The command line. Exit codes: 0 clean, 1 findings, 2 could not do its job."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograd_lint._version import __version__
from autograd_lint.cli.check import check
from autograd_lint.cli.options import cache_folder, codes, setting
from autograd_lint.cli.output import FOR_MACHINES, FOR_PEOPLE, fail
from autograd_lint.cli.run import run

__all__ = ["FOR_MACHINES", "FOR_PEOPLE", "main"]


def _explain(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        _page(value)
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
    Examples:
      autograd-lint check                           this folder
      autograd-lint check src --select AGL1,AGL2    some rules
      autograd-lint check --output-format github    for CI
      autograd-lint check --fix                     make the fixes that are safe
      autograd-lint check --write-baseline known.json
      autograd-lint check --baseline known.json     only what is new
      autograd-lint rule AGL102                     what a rule means
      autograd-lint run train.py                    watch a run, and tell what went wrong

    \b
    Exit codes: 0 nothing found, 1 findings, 2 it could not do its job.
    """,
)
@click.version_option(__version__, prog_name="autograd-lint", message="%(prog)s %(version)s")
@click.option(
    "--explain", metavar="CODE", is_eager=True, expose_value=False, callback=_explain,
    shell_complete=codes, help="Print a rule's page, as `rule CODE` does.",
)  # fmt: skip
def main() -> None:
    """Points at the line where gradients break, before anything is run."""
    for stream in (sys.stdout, sys.stderr):
        # Source and file names may hold what the terminal's encoding cannot say.
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")


main.add_command(check)
main.add_command(run)


@main.command(short_help="Remove the cache of `check`.")
@setting("--cache-dir", metavar="FOLDER", envvar="AUTOGRAD_LINT_CACHE_DIR", help="Where it is.")
@click.pass_context
def clean(context: click.Context) -> None:
    """Remove what `check` has kept from run to run, here or where --cache-dir says."""
    from autograd_lint import cache, config

    try:
        used = config.given(context.ensure_object(dict))(Path.cwd())
        folder = cache_folder(used)
        if cache.clean(folder):
            click.echo(f"Removed the cache in {folder}.")
    except config.ConfigError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


@main.command(
    short_help="Print a rule's page, or list all rules.",
    epilog="""\b
    Examples:
      autograd-lint rule                            all rules
      autograd-lint rule AGL102                     one rule's page
      autograd-lint rule saved-tensor-modified      by its name
    """,
)
@click.argument("code", required=False, shell_complete=codes)
def rule(code: str | None) -> None:
    """Print a rule's page; without CODE (or name), list all rules."""
    from inspect import cleandoc

    from autograd_lint.catalogue import all_rules

    if code is not None:
        _page(code)
        return
    rules = all_rules()
    widest = max(len(found.name) for found in rules.values())
    for found in rules.values():
        summary = cleandoc(found.page).partition("\n")[0]
        mark = " (preview)" if found.preview else ""
        severity = found.severity.value
        click.echo(f"{found.code}  {found.name:{widest}}  {severity:7}  {summary}{mark}")


def _page(code: str) -> None:
    """Print the page of the rule of this code or name."""
    from inspect import cleandoc

    from autograd_lint.catalogue import all_rules
    from autograd_lint.selection import did_you_mean

    rules = all_rules()
    for found in rules.values():
        if code.upper() == found.code or code.lower() == found.name:
            click.echo(f"{found.code} {found.name} [{found.severity.value}]\n")
            click.echo(cleandoc(found.page))
            return
    names = [name for found in rules.values() for name in (found.code, found.name)]
    hint = did_you_mean(code, names) or "; `autograd-lint rule` lists all"
    fail(f"unknown rule `{code}`{hint}")


@main.command(
    short_help="Print a script for the shell's completion.",
    epilog="""\b
    Put into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:
      eval "$(autograd-lint completion bash)"
      eval "$(autograd-lint completion zsh)"
      autograd-lint completion fish | source
    """,
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that teaches the shell to complete commands, options and codes."""
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(main, {}, "autograd-lint", "_AUTOGRAD_LINT_COMPLETE").source())


@main.command(
    short_help="Prove the rules in the installed torch.",
    epilog="""\b
    Examples:
      autograd-lint confirm                         all rules
      autograd-lint confirm program.py              a file with `# expect: AGL102`
    """,
)
@click.argument("paths", nargs=-1, type=click.Path())
def confirm(paths: tuple[str, ...]) -> None:
    """Prove it in torch: run marked files and compare with what `check` says.

    Without PATHS, every rule's own fixtures are run. This executes the files.
    """
    from importlib.util import find_spec

    if find_spec("torch") is None:
        fail("`confirm` runs programs in torch, which is not installed (pip install torch)")
    from autograd_lint.confirm import run

    sys.exit(run(list(paths)))


@main.command(
    epilog="""\b
    Editors start it; docs/integrations.md has the settings of each. In Neovim:
      vim.lsp.config("autograd-lint", {
        cmd = { "autograd-lint", "server" }, filetypes = { "python", "markdown" },
      })
      vim.lsp.enable("autograd-lint")
    """
)
@click.option("--stdio", is_flag=True, hidden=True)  # clients say so, and there is no other way
def server(stdio: bool) -> None:
    """Serve an editor over stdin and stdout."""
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        fail("`server` needs pygls, which is not installed (pip install 'autograd-lint[server]')")
    from autograd_lint.server.features import serve

    serve()
