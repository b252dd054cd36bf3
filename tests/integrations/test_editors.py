"""Real editors: Neovim's own language client, and the error formats of Vim and Emacs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\n'🔥'; bad[0] = 1.0\n"
NEOVIM = """
local config = {
  name = "autograd-lint",
  cmd = { vim.env.TEST_PYTHON, "-m", "autograd_lint", "server" },
  root_dir = vim.fn.getcwd(),
  settings = { ["autograd-lint"] = { ignore = { "AGL2" } } },
}
if vim.lsp.start then
  vim.lsp.start(config)
else
  vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
end

local said = {}
local function wait_for(count)
  if not vim.wait(60000, function() return #vim.diagnostic.get(0) == count end, 50) then
    table.insert(said, "waited in vain for " .. count)
  end
end

wait_for(1)
for _, found in ipairs(vim.diagnostic.get(0)) do
  table.insert(said, { found.source, found.severity, found.lnum, found.col, found.end_col })
end

local range = { start = { line = 3, character = 0 }, ["end"] = { line = 3, character = 20 } }
local document = vim.lsp.util.make_text_document_params()
local asked = { textDocument = document, range = range, context = { diagnostics = {} } }
local function carry_out(title)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", asked, 60000)) do
    for _, action in ipairs(answer.result) do
      if action.title:find(title) then
        vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
        return true
      end
    end
  end
end

carry_out("Disable")
wait_for(0)
table.insert(said, vim.api.nvim_buf_get_lines(0, 3, 4, false)[1])

-- Typing: the comment goes again, and nothing was ever saved.
vim.api.nvim_buf_set_text(0, 3, 20, 3, 36, {})
wait_for(1)
table.insert(said, vim.api.nvim_buf_get_lines(0, 3, 4, false)[1])

-- What can be fixed is, as soon as the server has seen it.
vim.api.nvim_buf_set_lines(0, 3, 4, false, { "bad[0] = 1.0" })
vim.wait(60000, function() return carry_out("no_grad") end, 50)
wait_for(0)
table.insert(said, vim.api.nvim_buf_get_lines(0, 3, -1, false))
vim.fn.writefile({ vim.fn.json_encode(said) }, "said.json")
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nvim") is None, reason="no Neovim")
def test_neovim_shows_findings_and_carries_out_actions(tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    (tmp_path / "new.py").write_text(LEAF, encoding="utf-8")
    (tmp_path / "test.lua").write_text(NEOVIM, encoding="utf-8")
    environment = {
        **os.environ, "TEST_PYTHON": sys.executable, "LC_ALL": "C.UTF-8",
        "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
    }  # fmt: skip
    bare = ("nvim", "--headless", "-u", "NONE", "-i", "NONE")

    done = subprocess.run(
        (*bare, "new.py", "-c", "luafile test.lua", "-c", "qall!"),
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )

    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert said == [
        ["autograd-lint", 1, 3, 8, 20],  # Neovim's columns are bytes
        "'🔥'; bad[0] = 1.0  # noqa: AGL101",
        "'🔥'; bad[0] = 1.0",
        ["with torch.no_grad():", "    bad[0] = 1.0"],
    ], done.stderr


def concise(folder: Path) -> str:
    (folder / "a b.py").write_text(LEAF, encoding="utf-8")
    command = (sys.executable, "-m", "autograd_lint", "check", "--output-format", "concise", ".")
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    done = subprocess.run(command, cwd=folder, capture_output=True, env=environment)
    return done.stdout.decode("utf-8")


@pytest.mark.skipif(shutil.which("vim") is None, reason="no Vim")
def test_vims_own_error_format_reads_concise_output(tmp_path: Path) -> None:
    (tmp_path / "errors.txt").write_text(concise(tmp_path), encoding="utf-8")
    script = (
        "set encoding=utf-8 errorformat&",
        "cgetfile errors.txt",
        "let found = filter(getqflist(), 'v:val.valid')",
        "let said = map(found, '[bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.text]')",
        "call writefile([json_encode(said)], 'said.json')",
        "qall!",
    )
    (tmp_path / "script.vim").write_text("\n".join(script))

    subprocess.run(
        ("vim", "-u", "NONE", "-i", "NONE", "-es", "-S", "script.vim"),
        cwd=tmp_path,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )

    ((name, line, column, text),) = json.loads((tmp_path / "said.json").read_text("utf-8"))
    assert (name, line, column) == ("a b.py", 4, 6)
    assert text.strip().startswith("AGL101 [error, certain] ")


@pytest.mark.skipif(shutil.which("emacs") is None, reason="no Emacs")
def test_emacs_own_error_format_reads_concise_output(tmp_path: Path) -> None:
    (tmp_path / "errors.txt").write_text(concise(tmp_path), encoding="utf-8")
    script = """
    (require 'compile)
    (with-temp-buffer
      (insert-file-contents "errors.txt")
      (compilation-mode)
      (compilation--ensure-parse (point-max))
      (goto-char (point-min))
      (let* ((message (get-text-property (point) 'compilation-message))
             (location (compilation--message->loc message)))
        (princ (format "%s|%s|%s"
                       (caar (compilation--loc->file-struct location))
                       (compilation--loc->line location)
                       (compilation--loc->col location)))))
    """
    (tmp_path / "script.el").write_text(script)

    done = subprocess.run(
        ("emacs", "--batch", "-Q", "--load", "script.el"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout == "a b.py|4|6", done.stderr
