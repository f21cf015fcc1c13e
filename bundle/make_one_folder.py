"""`python -m bundle.make_one_folder`: fieldkit with a Python of its own, for computers without one.

Runs in an environment that holds the runtime lock, the program and PyInstaller (`make one-folder`).
The archive is printed, and lies in `dist/`.
"""

import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from bundle.durable_wheel import LOCK, TOP
from bundle.licences import installed, write_licences
from bundle.make_bundle import archive_name, pack


def make_one_folder(folder: Path) -> Path:
    """Make the archive in a folder. Raises `CalledProcessError` if PyInstaller fails."""
    with TemporaryDirectory() as scratch:
        made = Path(scratch) / "made"
        command = [
            sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "--distpath", str(made),
            "--workpath", f"{scratch}/work", str(Path(__file__).with_name("one_folder.spec")),
        ]  # fmt: skip
        # Not from the checkout, whose package has no rules and data in it.
        subprocess.run(command, check=True, cwd=scratch)
        content = made / archive_name("one-folder")
        (made / "fieldkit").rename(content)
        ours = [distribution("fieldkit"), distribution("pyinstaller")]
        write_licences([*ours, *installed(LOCK)], content / "LICENSES")
        shutil.copy(_licence_of_python(), content / "LICENSES" / "Python.txt")
        return pack(content, folder)


def _licence_of_python() -> Path:
    """Beside the standard library; on Windows at the top of what was installed."""
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    return next(file for place in places if (file := place / "LICENSE.txt").exists())


if __name__ == "__main__":
    print(make_one_folder(TOP / "dist"))
