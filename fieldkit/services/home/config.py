"""`config.yaml` in the home folder: what a person may set by hand. Every entry may be absent.

```yaml
lang: zh                    # en or zh
theme: dark                 # light, dark, high-contrast
rules: /srv/fieldkit/rules  # the folder of the rule pack, instead of the shipped one
data: /srv/fieldkit/data    # the folder of the catalogue, instead of the shipped one
keys:                       # other keys for what the app does; several with commas
  app.sync: f11             # the names are in docs/keys.md
```
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from fieldkit.domain.core.errors import FieldkitError


@dataclass(frozen=True)
class Config:
    """The settings of a home folder; relative paths start at it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    lang: Literal["en", "zh"] | None = None
    theme: Literal["light", "dark", "high-contrast"] | None = None
    rules: Path | None = None
    data: Path | None = None
    keys: dict[str, str] = field(default_factory=dict)


def read_config(path: Path) -> Config:
    """The configuration of a home folder; the defaults without a file.

    Raises `FieldkitError` (`config.*`) that names the file and the line or the entry.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except (OSError, UnicodeDecodeError):
        raise FieldkitError("config.unreadable", file=str(path)) from None
    from pydantic import TypeAdapter, ValidationError
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        values = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise FieldkitError("config.syntax", file=str(path), line=line) from None
    except (YAMLError, ValueError, RecursionError):
        raise FieldkitError("config.unreadable", file=str(path)) from None
    try:
        config = TypeAdapter(Config).validate_python(values or {})
    except ValidationError as error:
        entries = ", ".join(".".join(str(step) for step in item["loc"]) for item in error.errors())
        raise FieldkitError("config.entry", file=str(path), entries=entries or "?") from None
    return replace(
        config,
        rules=config.rules and path.parent / config.rules,
        data=config.data and path.parent / config.data,
    )
