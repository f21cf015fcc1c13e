"""The serial numbers of the components that were fitted in a product."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.serial import serial_key


def component_serials(product: Mapping[str, Any]) -> dict[str, str]:
    """The serials of a product's document as plain JSON, as they were written, by their keys."""
    entries = product.get("history") or ()
    written = [str(part.get("serial") or "") for one in entries for part in one.get("parts") or ()]
    return {key: serial for serial in written if (key := serial_key(serial))}
