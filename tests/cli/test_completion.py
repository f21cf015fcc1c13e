"""The shell completes commands: asked of a real bash, zsh and fish, as each asks fieldkit."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

FIELDKIT = str(Path(sys.executable).with_name("fieldkit"))
BASH = """eval "$(fieldkit --show-completion bash)"
COMP_WORDS=(fieldkit job sho); COMP_CWORD=2; _fieldkit_completion fieldkit; echo "${COMPREPLY[@]}"
"""
FISH = "fieldkit --show-completion fish | source; complete --do-complete 'fieldkit job sho'"


def environ(folder: Path) -> dict[str, str]:
    """An environment in which `fieldkit` is the one under test and no shell has settings."""
    kept = {"LANG": "C.UTF-8", "TERM": "xterm", "HOME": str(folder)}
    return kept | {"PATH": f"{Path(FIELDKIT).parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("shell", "arguments"),
    [("bash", ["--norc", "-c", BASH]), ("fish", ["--no-config", "-c", FISH])],
)
def test_a_command_is_completed(shell: str, arguments: list[str], tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    run = subprocess.run(
        [program, *arguments], env=environ(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert run.stdout.split()[:1] == ["show"], run.stderr


def test_zsh_completes_at_its_prompt(tmp_path: Path) -> None:
    program = shutil.which("zsh")
    if program is None:
        pytest.skip("no zsh here")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program, ["zsh", "-f", "-i"], environ(tmp_path))
    try:
        os.write(terminal, b"autoload -U compinit; compinit -u; PS1=\n")
        os.write(terminal, b'eval "$(fieldkit --show-completion zsh)"; echo rea""dy\n')
        read_until(terminal, "ready\r\n")
        os.write(terminal, b"fieldkit doct\t")
        read_until(terminal, "doctor")
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def read_until(terminal: int, text: str) -> None:
    """Read what the terminal shows until it shows this; fails when it does not in a minute."""
    shown, end = "", time.monotonic() + 60
    while text not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
        assert ready, shown
        shown += os.read(terminal, 4096).decode(errors="replace")
