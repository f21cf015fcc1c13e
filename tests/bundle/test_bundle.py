"""What needs no bundle to be made: licences, and what installer and uninstaller refuse.

`make pythons` makes the bundles and tries them: `try_archive.py`.
"""

import shutil
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from bundle.durable_wheel import LOCK
from bundle.licences import installed, licence_texts, write_licences
from tests.docs.test_pythons import ROOT

FILES = ROOT / "bundle" / "files"


def test_no_package_of_a_bundle_lacks_its_licence(tmp_path: Path) -> None:
    packages = installed(LOCK)
    assert len(packages) > 50
    write_licences(packages, tmp_path)
    listed = (tmp_path / "LIST.txt").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(packages) == len(list(tmp_path.iterdir())) - 1
    assert any(line.startswith("psycopg ") and "LGPL" in line for line in listed)
    assert not [line for line in listed if line.endswith(": ")]


def test_a_package_without_one_is_an_error(tmp_path: Path) -> None:
    bare = tmp_path / "bare-1.dist-info"
    bare.mkdir()
    (bare / "METADATA").write_text("Name: bare\nVersion: 1\n")
    (bare / "RECORD").write_text("bare-1.dist-info/METADATA,,\n")
    with pytest.raises(ValueError, match="bare carries no licence"):
        licence_texts(PathDistribution(bare))


@pytest.fixture(name="unpacked")
def _unpacked(tmp_path: Path) -> Path:
    """A folder as an archive holds it, but for the wheels and uv; for a Python that is not here."""
    for name in ("install.sh", "uninstall.sh"):
        text = (FILES / name).read_text(encoding="utf-8").replace("@PYTHON@", "3.99")
        (tmp_path / name).write_text(text, encoding="utf-8")
        shutil.copymode(FILES / name, tmp_path / name)
    return tmp_path


def started(script: Path, *arguments: str, **environ: str) -> tuple[int, str]:
    environ = {"HOME": str(script.parent), "PATH": "/usr/bin:/bin", "LANG": "C"} | environ
    done = subprocess.run(
        [script, *arguments], env=environ, capture_output=True, encoding="utf-8", timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def test_without_its_python_the_installer_changes_nothing_and_says_so(unpacked: Path) -> None:
    before = sorted(unpacked.rglob("*"))
    for lang, sentence in (("C", "needs CPython 3.99"), ("zh_CN.UTF-8", "需要 CPython 3.99")):
        code, said = started(unpacked / "install.sh", LANG=lang)
        assert code == 1
        assert sentence in said
    assert sorted(unpacked.rglob("*")) == before


@pytest.mark.parametrize("theirs", ["home/store.db", "notes.txt"])
def test_a_folder_with_anything_else_in_it_is_left_alone(unpacked: Path, theirs: str) -> None:
    program = unpacked / "program"
    (program / "bin").mkdir(parents=True)
    (program / "LICENSES").mkdir()
    for ours in ("pyvenv.cfg", "LICENSES/LIST.txt"):
        (program / ours).touch()
    shutil.copy(unpacked / "uninstall.sh", program)
    (program / theirs).parent.mkdir(exist_ok=True)
    (program / theirs).write_text("mine")
    code, said = started(program / "uninstall.sh")
    assert (code, (program / theirs).read_text()) == (1, "mine")
    assert "Nothing was removed" in said


def test_the_installer_replaces_no_other_program_and_starts_none(unpacked: Path) -> None:
    """Such as an environment of somebody's own, with an uninstaller of its own."""
    installer = unpacked / "install.sh"
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    installer.write_text(installer.read_text(encoding="utf-8").replace("3.99", here), "utf-8")
    theirs = unpacked / "theirs"
    (theirs / "bin").mkdir(parents=True)
    (theirs / "pyvenv.cfg").touch()
    (theirs / "uninstall.sh").write_text(f"#!/bin/sh\ntouch {unpacked}/started\n")
    (theirs / "uninstall.sh").chmod(0o755)
    code, said = started(installer, str(theirs), PYTHON=sys.executable)
    assert (code, sorted(path.name for path in theirs.iterdir())) == (
        1, ["bin", "pyvenv.cfg", "uninstall.sh"],
    )  # fmt: skip
    assert "Choose another folder" in said
    assert not (unpacked / "started").exists()


def test_the_uninstaller_removes_no_folder_but_that_of_a_program(unpacked: Path) -> None:
    assert started(unpacked / "uninstall.sh")[0] == 1
    assert (unpacked / "install.sh").exists()
