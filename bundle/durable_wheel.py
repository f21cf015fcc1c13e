"""The wheel of durable-rules, which was last released in 2020 and has none of its own.

`python -m bundle.durable_wheel` prints where the wheel for that Python lies, and builds it first
if it is not there, which needs a C compiler. It is kept under the hash of all that it is made of:
another lock, flag, Python or system is another wheel.
"""

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

TOP = Path(__file__).resolve().parents[1]
LOCK = TOP / "requirements-runtime.lock"

FLAG = "PyEval_CallObject=PyObject_CallObject"
"""CPython 3.13 removed PyEval_CallObject; PyObject_CallObject takes the same arguments. Before 3.13
Python.h sets the name anew, and the flag does nothing."""


def compiler_settings(system: str = sys.platform) -> dict[str, str]:
    """The variables by which the compiler of a system is given the flag."""
    if system == "win32":  # Microsoft's compiler reads CL, in which `#` stands for `=`
        return {"CL": "/D" + FLAG.replace("=", "#")}
    return {"CPPFLAGS": "-D" + FLAG}


def locked(names: str, lock: Path = LOCK) -> str:
    """The entries of a lock whose names match, with their hashes."""
    text = lock.read_text(encoding="utf-8")
    entries = re.findall(rf"^(?:{names})==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    return "".join(entries)


def kept_in(environ: Mapping[str, str]) -> Path:
    """The folder of the wheel for this Python, beside those of others in a cache of the user."""
    made_of = (
        locked("durable-rules"),
        FLAG,
        str(sysconfig.get_config_var("SOABI")),
        sysconfig.get_platform(),
    )
    digest = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    cache = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "fieldkit" / "wheels" / f"durable-rules-{digest[:16]}"


def durable_wheel(environ: Mapping[str, str]) -> Path:
    """The wheel for this Python, built if it is not there."""
    folder = kept_in(environ)
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "made"
            _build(made, environ)
            try:
                made.rename(folder)
            except OSError:  # somebody else made it meanwhile
                if not folder.is_dir():
                    raise
    (wheel,) = folder.glob("*.whl")
    return wheel


def _build(folder: Path, environ: Mapping[str, str]) -> None:
    """Build from the source that the lock names by its hash.

    Never from pip's cache: a wheel built without the flag installs, and then fails to import.
    """
    with TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "durable.txt"
        wanted.write_text(locked("durable-rules"), encoding="utf-8")
        command = [
            sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-cache-dir",
            "--require-hashes", "-r", str(wanted), "-w", str(folder),
        ]  # fmt: skip
        subprocess.run(command, check=True, env={**environ, **compiler_settings()})


if __name__ == "__main__":
    print(durable_wheel(os.environ))
