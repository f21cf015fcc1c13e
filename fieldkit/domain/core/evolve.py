"""`evolve`: what an event does to a document. Total: it never raises, whatever the order.

After a merge, sequences that no single person would have made are normal. An event that
cannot be read, or of a type that this version does not know, is kept by name in `unknown`;
what needs a person is flagged in `attention`. The stored event itself is never touched.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import Field, ValidationError

from fieldkit.domain.core.base_model import Model, OpenModel
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.form import Data


class Flag(Model):
    """Something that needs a person: `flag.<key>` names the sentence; `event` is its cause."""

    key: str
    event: str
    params: dict[str, Any] = Field(default_factory=dict)


class Unknown(Model):
    """An event whose meaning this version does not know; it is kept and sent all the same."""

    event: str
    type: str


class Aside(Model):
    """What was recorded too late or twice, by somebody else as a rule: kept, not applied."""

    event: str
    type: str
    by: str
    data: dict[str, Any]


class Document(OpenModel):
    """Base of every record's document: the state after its events."""

    id: str
    events: int = 0
    attention: tuple[Flag, ...] = ()
    unknown: tuple[Unknown, ...] = ()


D = TypeVar("D", bound=Document)
Special = Callable[[Any, Any, Event], Any]


@dataclass(frozen=True)
class Machine(Generic[D]):
    """How the events of one kind of record change its document.

    `sets` maps an event type to the field that its data becomes, `appends` to the list that
    it joins, `special` to a function for the rest; `kept` are types that an undo never takes
    back, and that only an event of the same type replaces. `taken_back` says what stays of an
    event that an undo took back: it gets the document, that event and the undo. `finish` derives
    what depends on the whole document, each time anew; no function in `special` may read that,
    nor the count of the events.
    """

    document: type[D]
    events: Mapping[str, type[Data]]
    sets: Mapping[str, str] = field(default_factory=dict)
    appends: Mapping[str, str] = field(default_factory=dict)
    special: Mapping[str, Special] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    undo: str = ""
    taken_back: Callable[[D, Event, Event], D] = lambda document, undone, undo: document
    finish: Callable[[D], D] = lambda document: document

    def evolve(self, document: D, event: Event) -> D:
        """The document after one more event."""
        return self.advance(document, (event,))

    def advance(self, document: D, events: Iterable[Event]) -> D:
        """The document after more events, one by one. What they have in common is done once for
        all of them: a copy of the document for each would be most of the work."""
        count, plain = 0, dict[str, Any]()
        for event in events:
            count += 1
            data = self._read(event)
            if data is not None and event.type not in self.special:
                self._note(plain, document, data, event)
                continue
            if plain:
                document, plain = document.model_copy(update=plain), {}
            document = self._changed(document, data, event)
        if not count:
            return document
        plain["events"] = document.events + count
        return self.finish(document.model_copy(update=plain))

    def _read(self, event: Event) -> Data | None:
        """The data of an event; None if this version cannot read them."""
        model = self.events.get(event.type)
        if model is None:
            return None
        try:
            stamp = {"event": event.id, "at": event.local_at, "by": event.by}
            return model.model_validate({**event.data, "stamp": stamp})
        except ValidationError:
            return None

    def _changed(self, document: D, data: Data | None, event: Event) -> D:
        """What a function makes of the document, or that it has an event nobody can read."""
        if data is not None:
            changed: D = self.special[event.type](document, data, event)
            return changed
        document = _keep_unknown(document, event)
        return flag(document, "unreadable", event) if event.type in self.events else document

    def _note(self, plain: dict[str, Any], document: D, data: Data, event: Event) -> None:
        """Add what an event without a function of its own changes."""
        if name := self.appends.get(event.type):
            plain[name] = (*plain.get(name, getattr(document, name)), data)
        elif name := self.sets.get(event.type):
            plain[name] = data

    def fold(self, record_id: str, events: Iterable[Event]) -> D:
        """The document after all events, in the order given; a doubled event counts once."""
        unique: dict[str, Event] = {}
        for event in events:
            unique.setdefault(event.id, event)
        void = self.voided(unique.values())
        counted = [event for event in unique.values() if event.id not in void]
        document = self.advance(self.finish(self.document(id=record_id)), counted)
        for event in counted:
            undone = unique.get(str(event.data.get("event"))) if event.type == self.undo else None
            if undone is not None and undone.id in void:
                document = self.taken_back(document, undone, event)
        return document

    def voided(self, events: Iterable[Event]) -> set[str]:
        """Ids of the events that no longer count: undone ones, and replaced ones.

        It does not depend on the order, because a rejected event may be folded after the one
        that replaces it. What an undone undo took back stays taken back; events that replace
        each other in a circle all stand.
        """
        by_id = {event.id: event for event in events}
        if self.extends(by_id.values()):
            return set()
        replaced = {
            event.replaces
            for event in by_id.values()
            if event.replaces and self._may_replace(event, by_id)
        }
        undone = {
            str(event.data.get("event"))
            for event in by_id.values()
            if event.type == self.undo and event.id not in replaced
        }
        kept = {event.id for event in by_id.values() if event.type in self.kept}
        return (undone - kept) | replaced

    def _may_replace(self, event: Event, by_id: Mapping[str, Event]) -> bool:
        old = by_id.get(event.replaces or "")
        if old is not None and old.type in self.kept and old.type != event.type:
            return False
        seen = {event.id}
        while old is not None:
            if old.id in seen:
                return False
            seen.add(old.id)
            old = by_id.get(old.replaces or "")
        return True

    def extends(self, events: Iterable[Event]) -> bool:
        """Whether the events can be added to a document without folding it again."""
        return not any(event.replaces or event.type == self.undo for event in events)


def adopt(document: Any, data: Data, event: Event) -> Any:
    """Take over the fields that the event carries, and only these.

    An empty value clears a field only where the document may lack it. A field that this
    version does not know is kept, unless it has the name of one that is not amended.
    """
    own = type(document).model_fields
    values = {
        name: value
        for name in type(data).model_fields
        if name in data.model_fields_set and name in own
        if (value := getattr(data, name)) is not None or own[name].default is None
    }
    foreign = {name: value for name, value in (data.model_extra or {}).items() if name not in own}
    return document.model_copy(update=values | foreign)


def flag(document: D, key: str, event: Event, **params: Any) -> D:
    """Mark something that needs a person; the same thing is marked once."""
    mark = Flag(key=key, event=event.id, params=params)
    if any(old.key == key and old.params == params for old in document.attention):
        return document
    return document.model_copy(update={"attention": (*document.attention, mark)})


def _keep_unknown(document: D, event: Event) -> D:
    kept = Unknown(event=event.id, type=event.type)
    return document.model_copy(update={"unknown": (*document.unknown, kept)})
