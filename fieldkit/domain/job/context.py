"""What a command needs from outside, passed in so that the domain stays pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.domain.core.catalogue import Part
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.event import Author
from fieldkit.domain.core.local_time import CallingHours
from fieldkit.domain.job.phone_approval import PhoneKey
from fieldkit.domain.job.phone_codes import PhoneCodes
from fieldkit.domain.records.serial_doubts import Serials

NewId = Callable[[], str]


@dataclass(frozen=True)
class Context:
    """What a command needs from outside.

    `author` who acts and when; `new_id` makes ids; `decision` is what the rules said (for
    `decide`, `ask_help`, `survey`, `open_complaint`, and for `complete` where nothing was decided
    before); `parts` those of the catalogue by SKU (None: not checked); `phone_codes` answers
    which telephone codes this device can check (None: its office has never given it any, and
    `phone_key`, which may be None too, checks them); `calling_hours` answers when customers may be
    called (None: at any hour). `tax_percent` is the tax in every price (None: not known here),
    `goodwill_limit_fen` what a technician may give away in a job, both by the rules of its day.
    `serials` is what is known of them (None: not checked). `job_with` answers the id of a job that
    has a number, "" for none. `route` asks the rules where a complaint
    goes that a step opens by itself (None: nobody knows).
    """

    author: Author
    new_id: NewId
    decision: Decision | None = None
    parts: Mapping[str, Part] | None = None
    phone_codes: Callable[[], PhoneCodes | None] = lambda: None
    phone_key: PhoneKey | None = None
    calling_hours: Callable[[], CallingHours | None] = lambda: None
    tax_percent: int | None = None
    goodwill_limit_fen: int = 0
    serials: Serials | None = None
    job_with: Callable[[str], str] = lambda number: ""
    route: Callable[[ComplaintSaid], Decision] | None = None

    @property
    def today(self) -> date:
        """The local day of the person who acts."""
        return self.author.at.date()
