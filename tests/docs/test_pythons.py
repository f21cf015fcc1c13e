"""The supported Pythons are named alike everywhere, and both locks hold the same versions."""

import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = re.findall(r"Language :: Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))


def pins(lock: str) -> dict[str, str]:
    """Versions by package."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_the_bounds_are_those_of_the_classifiers() -> None:
    minors = [int(version.removeprefix("3.")) for version in PYTHONS]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert PROJECT["requires-python"] == f">=3.{minors[0]},<3.{minors[-1] + 1}"


def test_the_pages_name_the_same_pythons() -> None:
    named = f"CPython {', '.join(PYTHONS[:-1])} or {PYTHONS[-1]} "
    assert named in (ROOT / "README.md").read_text(encoding="utf-8")
    named = f"CPython {PYTHONS[0]} to {PYTHONS[-1]} "
    assert named in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_runtime_lock_is_the_lock_without_the_tools_of_the_tests() -> None:
    everything, runtime = pins("requirements.lock"), pins("requirements-runtime.lock")
    assert runtime.items() < everything.items()
    assert "pytest" not in runtime
    named = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    wanted = {re.split(r"[\[<>=]", name)[0].replace(".", "-") for name in named}
    assert wanted <= runtime.keys()


def test_where_no_python_is_usable_the_smoke_run_says_so_and_passes(tmp_path: Path) -> None:
    for tool in ("bash", "dirname", "mktemp", "rm", "sed"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    for version in PYTHONS:
        shim = tmp_path / f"python{version}"
        shim.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
        shim.chmod(0o755)
    found = subprocess.run(
        [ROOT / ".ci" / "smoke-pythons", tmp_path / f"python{PYTHONS[0]}"],
        env={"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines() == [
        *(f"Python {version}: none here that has headers and venv" for version in PYTHONS),
        "No supported Python is here: nothing was tried",
    ]
