"""TinyDB's own tests pass on rows of SQLite, but for the differences that are meant.

They come from TinyDB's source archive, which is fetched when they run and checked by its hash.
"""

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = 152
"""In the version that tinydb.txt names."""


def fetched(folder: Path) -> Path:
    """TinyDB's tests, with our database in place of theirs."""
    fetch = ["download", "-q", "--no-deps", "--no-binary", "tinydb", "--require-hashes"]
    command = [
        sys.executable,
        "-m",
        "pip",
        *fetch,
        "-r",
        str(HERE / "tinydb.txt"),
        "-d",
        str(folder),
    ]
    got = subprocess.run(command, capture_output=True, text=True)
    assert got.returncode == 0, f"TinyDB's tests could not be fetched: {got.stderr}"
    (archive,) = folder.glob("tinydb-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (tests,) = folder.glob("tinydb-*/tests")
    shutil.copyfile(HERE / "adapted.py", tests / "conftest.py")
    return tests


@pytest.mark.slow
def test_tinydbs_own_tests_pass(tmp_path: Path) -> None:
    tests = fetched(tmp_path)
    options = ["-q", "-rx", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tests)]
    command = [sys.executable, "-m", "pytest", *options, str(tests)]
    run = subprocess.run(command, cwd=tests.parent, capture_output=True, text=True)
    said = run.stdout[-3000:]
    print(said)
    assert run.returncode == 0, said
    passed, differ = (re.search(rf"(\d+) {word}", said) for word in ("passed", "xfailed"))
    assert passed is not None
    assert differ is not None
    assert int(passed[1]) + int(differ[1]) == TESTS
