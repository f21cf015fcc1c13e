"""`fieldkit office`: everything that the central office does."""

from fieldkit.cli.office import (
    calls,
    catalogue,
    codes,
    complaint,
    correct_records,
    desk,
    held,
    parcel,
    person,
    setup,
    watch,
)
from fieldkit.cli.office.base import app

__all__ = [
    "app",
    "calls",
    "catalogue",
    "codes",
    "complaint",
    "correct_records",
    "desk",
    "held",
    "parcel",
    "person",
    "setup",
    "watch",
]
