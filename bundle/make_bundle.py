"""`python -m bundle.make_bundle [FOLDER]`: an archive from which fieldkit is installed without
network, compiler or root, for the system and the Python that make it.

It holds the wheels of the runtime lock, the program with its rules and data, uv, an installer,
and the licences of all. Making it needs a network, and a compiler once, for durable-rules. The
archive is printed, and lies in FOLDER, else in `dist/`.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from bundle.durable_wheel import TOP, durable_wheel, locked
from bundle.licences import of_wheel, write_licences

_TOOLS = TOP / "requirements-bundle.lock"
_WINDOWS = sys.platform == "win32"
_UV = "uv.exe" if _WINDOWS else "uv"
_HERE = Path(__file__).parent
_FILES = ("install.ps1", "uninstall.ps1") if _WINDOWS else ("install.sh", "uninstall.sh")


def archive_name(kind: str) -> str:
    """An archive's name without its ending: fieldkit, version, what it is for, system."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return f"fieldkit-{project['version']}-{kind}-{system}"


def make_bundle(folder: Path) -> Path:
    """Make the archive in a folder. Raises `CalledProcessError` if pip or the compiler fails."""
    with TemporaryDirectory() as scratch:
        content = Path(scratch) / archive_name(f"cp{sys.version_info[0]}{sys.version_info[1]}")
        collect(content)
        return pack(content, folder)


def collect(content: Path) -> None:
    """Everything that the archive holds, into a folder."""
    wheels = content / "wheels"
    wheels.mkdir(parents=True)
    everything = locked(r"\S+")
    _download(everything.replace(locked("durable-rules"), ""), wheels)
    shutil.copy(durable_wheel(os.environ), wheels)
    _pip("wheel", "--no-deps", "-w", str(wheels), str(TOP))
    with TemporaryDirectory() as scratch:
        _download(locked("uv", _TOOLS), Path(scratch))
        (uv,) = Path(scratch).glob("uv-*.whl")
        with ZipFile(uv) as archive:
            binary = next(name for name in archive.namelist() if name.endswith(f"/scripts/{_UV}"))
            (content / _UV).write_bytes(archive.read(binary))
        (content / _UV).chmod(0o755)
        write_licences(map(of_wheel, [*wheels.glob("*.whl"), uv]), content / "LICENSES")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for file in (*_FILES, "README.txt"):
        text = (_HERE / "files" / file).read_text(encoding="utf-8")
        # Windows PowerShell takes a script for one in the system's old encoding without a mark.
        encoding = "utf-8-sig" if file.endswith(".ps1") else "utf-8"
        (content / file).write_text(text.replace("@PYTHON@", version), encoding=encoding)
        shutil.copymode(_HERE / "files" / file, content / file)


def _download(entries: str, folder: Path) -> None:
    """The wheels of entries of a lock, compared with its hashes."""
    with TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text(entries, encoding="utf-8")
        _pip(
            "download", "--no-deps", "--only-binary", ":all:", "--require-hashes",
            "-d", str(folder), "-r", str(wanted),
        )  # fmt: skip


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *arguments, "-q"], check=True)


def pack(content: Path, folder: Path) -> Path:
    """One file of a folder: zip for Windows, else tar, which keeps what may be run."""
    folder.mkdir(parents=True, exist_ok=True)
    if _WINDOWS:
        archive = folder / f"{content.name}.zip"
        with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
            for path in sorted(content.rglob("*")):
                zipped.write(path, path.relative_to(content.parent))
        return archive
    archive = folder / f"{content.name}.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
        packed.add(content, content.name)
    return archive


if __name__ == "__main__":
    print(make_bundle(Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "dist"))
