"""The licences of what a bundle carries, as its packages state them."""

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path
from zipfile import Path as ZipPath
from zipfile import ZipFile

_IN_METADATA = re.compile(r"\.dist-info/(?:licenses/)?(.*(?:licen[cs]e|copying|notice).*)$", re.I)
"""Where a package keeps them, since PEP 639 and before it."""

_NOT_STATED = "as in its file"


def of_wheel(wheel: Path) -> Distribution:
    """What a wheel says of itself."""
    with ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if ".dist-info/" in name)
    return PathDistribution(ZipPath(wheel, metadata.partition("/")[0] + "/"))


def installed(lock: Path) -> list[Distribution]:
    """What is installed here of a lock; the rest of it is for other systems and Pythons."""
    found = []
    for name in re.findall(r"^(\S+)==", lock.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            found.append(distribution(name))
        except PackageNotFoundError:
            continue
    return found


def licence_texts(package: Distribution) -> dict[str, str]:
    """The licence files of a package, by name; of one that ships none, what its metadata states.

    Raises `ValueError` if it states none, either.
    """
    texts = {}
    for path in package.files or ():
        if (found := _IN_METADATA.search(str(path))) and not str(path).endswith("/"):
            texts[found[1].replace("/", "-")] = path.read_text("utf-8")
    if not texts and (stated := licence_name(package)) != _NOT_STATED:
        about = package.metadata
        by = next(iter(about.get_all("Author", [])), about["Name"])
        texts["STATED.txt"] = f"{about['Name']} {package.version} by {by}: {stated}\n"
    if not texts:
        raise ValueError(f"{package.metadata['Name']} carries no licence")
    return texts


def licence_name(package: Distribution) -> str:
    """The licence in a word or a line: an SPDX expression where the package has one."""
    about = package.metadata
    for field in ("License-Expression", "License"):
        if (named := next(iter(about.get_all(field, [])), "")) and "\n" not in named:
            return named
    classed = [text for text in about.get_all("Classifier", []) if text.startswith("License ::")]
    return classed[0].rpartition(" :: ")[2] if classed else _NOT_STATED


def write_licences(packages: Iterable[Distribution], folder: Path) -> None:
    """A folder with a folder for each package, and a list of all."""
    lines = []
    for package in packages:
        name, version = package.metadata["Name"], package.version
        place = folder / f"{name}-{version}"
        place.mkdir(parents=True)
        for file, text in licence_texts(package).items():
            (place / file).write_text(text, encoding="utf-8")
        lines.append(f"{name} {version}: {licence_name(package)}\n")
    (folder / "LIST.txt").write_text("".join(sorted(lines, key=str.lower)), encoding="utf-8")
