"""Under which names earlier work is sought today: who stands for a customer since she was merged,
and what came for a product in exchange."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.searching import holds_words, search_text
from fieldkit.domain.core.serial import serial_key
from fieldkit.domain.records.merging import survivor
from fieldkit.services.home.session import Session


@dataclass(frozen=True)
class LaterNames:
    """`serials` leads from the key of an exchanged product's serial to the serial that came for it,
    `old` has the exchanged ones as they are written; `merged` leads from a customer to whom she was
    merged into, `cards` has name and number of all these people."""

    serials: Mapping[str, str]
    old: Sequence[str]
    merged: Mapping[str, str]
    cards: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, session: Session) -> "LaterNames":
        """What was merged and exchanged, as far as it is on this laptop."""
        serials: dict[str, str] = {}
        old: list[str] = []
        for row in session.store.lists.parts(RecordKind.PRODUCT, "id", "serial", "replaced_by"):
            if new := row.get("replaced_by"):
                old.append(str(row.get("serial") or row["id"]))
                serials[serial_key(old[-1])] = str(new)
        merged = session.store.ledger.merged_customers()
        people = sorted({*merged, *merged.values()})
        known = session.store.lists.values_of(RecordKind.CUSTOMER, people, ("id", "name", "phone"))
        cards = {str(who): (str(name or ""), str(phone or "")) for who, name, phone in known}
        return cls(serials, old, merged, cards)

    def of(self, serial: str, customer: str) -> tuple[str, ...]:
        """By what work on this product, for this customer, is found since."""
        new: list[str] = []
        while came := self.serials.get(serial_key(new[-1] if new else serial)):
            if came in new:
                break
            new.append(came)
        stands = survivor(customer, self.merged) if customer in self.merged else ""
        return (*new, *filter(None, self.cards.get(stands, ())))

    def earlier(self, words: Iterable[Iterable[str]]) -> list[str]:
        """The serials and names of before, under which what is sought with these words was recorded
        until it was exchanged or merged."""
        asked = [tuple(forms) for forms in words]
        found = [serial for serial in self.old if self._is_sought(self.of(serial, ""), asked)]
        people = (who for who in self.merged if self._is_sought(self.of("", who), asked))
        return found + [self.cards[who][0] for who in people if who in self.cards]

    def _is_sought(self, names: Sequence[str], asked: list[tuple[str, ...]]) -> bool:
        return bool(names and asked) and holds_words(search_text(names), asked)
