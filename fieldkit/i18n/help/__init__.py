"""The help of every command, option and argument in Chinese.

The English sentences stand beside the code that they describe, where Typer takes them from. A
paragraph of them is the key of its Chinese here; a test walks the commands and sees that each
has one, and that none is left over. Only imported for a call in Chinese.
"""

from fieldkit.i18n.help.corrections import HELP as _CORRECTIONS
from fieldkit.i18n.help.laptop import HELP as _LAPTOP
from fieldkit.i18n.help.office import HELP as _OFFICE
from fieldkit.i18n.help.rules import HELP as _RULES

SENTENCES: dict[str, str] = {**_CORRECTIONS, **_LAPTOP, **_OFFICE, **_RULES}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def help_in_chinese(text: str) -> str:
    """A help text in Chinese; a paragraph that has none stays English."""
    return "\n\n".join(SENTENCES.get(part, part) for part in paragraphs(text))
