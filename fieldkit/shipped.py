"""Where the shipped folders are: `rules/`, `data/`, `sync/`.

A wheel carries them inside the package; a checkout has them at its top level.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `name` (`rules`, `data` or `sync`) that came with this copy of fieldkit."""
    packed = _PACKAGE / "shipped" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
