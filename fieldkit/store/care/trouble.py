"""What a check found wrong, as a key and its values: the sentences are `i18n`'s."""

from dataclasses import dataclass, field

UNREAD, IN_USE = "unread", "in_use"
_UNREAD_KEYS = frozenset({UNREAD, "attachment_unreadable", IN_USE})
"""Troubles of the disk or with another program, not of what is on the disk."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: `store.trouble.<key>` names the sentence; nothing of a customer."""

    key: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def is_damage(self) -> bool:
        """Whether it is more than that something could not be read now."""
        return self.key not in _UNREAD_KEYS
