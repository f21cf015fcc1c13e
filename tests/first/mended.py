"""What later programs make otherwise, on purpose, of the events that the first one wrote.

Each entry is a fault of the first program that was mended in the fold: the record, and the fields
as they have to be since. Everything else stays as it was.
"""

import json
from typing import Any

Json = dict[str, Any]

MENDED: dict[str, Json] = {
    # A corrected step keeps who did it and when; the correction stands beside it.
    "jobs/01a223bf-8552-7a6b-94c0-2c1624d36a03": {
        "appointment": {
            "stamp": {
                "event": "01a223bf-8565-7318-8231-91c5d8dadcdf",
                "at": "2026-11-04T20:11:00+08:00",
                "by": "lu.zhixing",
            },
            "on": "2026-11-04",
            "time_from": "20:10",
            "time_to": "21:00",
            "fault_confirmed": "Said again: E28.",
        },
        "corrections": [
            {
                "step": "appointment",
                "before": {"fault_confirmed": ""},
                "changes": {"fault_confirmed": "Said again: E28."},
                "stamp": {
                    "event": "01a223bf-8581-7fe1-b74e-aa8fdefe77bf",
                    "at": "2026-11-04T20:17:00+08:00",
                    "by": "lu.zhixing",
                },
            }
        ],
    },
    # What a technician corrected and costs money waits for the desk.
    "customers/01a223bf-8540-7b90-ab5e-0da1cf3ed415": {
        "unconfirmed": [
            {
                "event": "01a223bf-8607-7fbd-8827-ad8105d8ff8b",
                "by": "lu.zhixing",
                "at": "2026-11-04T20:50:00+08:00",
                "before": {"tier": "vip"},
                "changes": {"tier": "loyal"},
            }
        ],
    },
    "products/C24-2604-00201": {
        "unconfirmed": [
            {
                "event": "01a223bf-860b-71f7-9a20-09e86f0c2b2b",
                "by": "lu.zhixing",
                "at": "2026-11-04T20:50:00+08:00",
                "before": {
                    "manufacture_date": "2026-03-09",
                    "model": "QL-C12",
                    "proof": "invoice_and_card",
                    "purchase_date": "2026-04-18",
                    "second_owner": False,
                    "use": "household",
                },
                "changes": {
                    "manufacture_date": "2026-03-01",
                    "model": "QL-C24",
                    "proof": "altered_card",
                    "purchase_date": "2026-04-02",
                    "second_owner": True,
                    "use": "commercial_delivery",
                },
            }
        ],
    },
}
"""By kind and record, for laptop and office alike."""


def mended(found: Json) -> Json:
    """What `expected` answered then, as it has to be now."""
    changed = json.loads(json.dumps(found))
    for side in (changed["laptop"], changed["office"]):
        for record, fields in MENDED.items():
            if isinstance(side.get(record), dict):
                side[record] |= fields
    return dict(changed)
