"""Who works on a laptop: the person of the home, and colleagues who share it, with their PINs.

A PIN says who recorded something, and nothing else: the data are protected by the key of the
store, which whoever opens the app or runs a command has already. Everybody works on the same
jobs in the role of the home, which is the one that the office knows the laptop by.

The setting `people` holds ``{name: pin}`` of those who have a PIN or share the laptop, where
``pin`` is null or ``{"salt": hex, "hash": hex}`` (scrypt, n = 2^14, r = 8, p = 1, 32 bytes).
The setting `pin_failures` holds ``{name: [how many, when the last one was]}``, in seconds since the
computer was started: a wait that went by the clock would end when that is set forward.
"""

import hashlib
import hmac
import secrets
from math import ceil
from typing import NamedTuple

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.person_name import is_name, known_as
from fieldkit.services.home.session import PEOPLE, Session

Pin = dict[str, str]

PIN_DIGITS = (4, 12)  # few enough to be typed at each sign-in
FREE_TRIES, FIRST_WAIT, LONGEST_WAIT = 3, 5, 300
"""Wrong PINs without a wait; then seconds to wait, doubled with each further one, and the most: to
try all of four digits takes a month."""

_FAILURES = "pin_failures"


class SignInRefused(FieldkitError):
    """Nobody was signed in, or nothing was changed: `error.sign_in.<why>`.

    ``why``: `unknown`, `pin_needed`, `wrong`, `wait` (with `seconds`), `first` (with the `name` of
    who may).
    """

    exit_code = 1

    def __init__(self, why: str, **params: object) -> None:
        super().__init__(f"sign_in.{why}", **params)


class Person(NamedTuple):
    """Somebody who works here. `confirmed`: the office knows it, or has not said whom it knows;
    what others record is flagged there until it confirms them."""

    name: str
    has_pin: bool
    confirmed: bool = True


def people(session: Session) -> list[Person]:
    """Everybody who works here: the person of the home, then her colleagues by name."""
    pins = _pins(session)
    names = [session.owner, *sorted(pins.keys() - {session.owner})]
    known = session.store.exchange.device.known_people() or names
    return [Person(name, bool(pins.get(name)), name in known) for name in names]


def sign_in(session: Session, name: str, pin: str = "") -> None:
    """Let somebody work in this session. Raises `SignInRefused`: `unknown`, `pin_needed`, `wrong`,
    `wait`.

    A try counts before it is judged, so that nobody gains one by ending the program in time.
    """
    typed, name = name, known_as(name, (person.name for person in people(session)))
    if not name:
        raise SignInRefused("unknown", name=typed)
    stored = _pins(session).get(name)
    if stored is not None:
        if not pin:
            raise SignInRefused("pin_needed")
        _count_try(session, name)
        if not hmac.compare_digest(_hashed(pin, stored["salt"]), stored["hash"]):
            raise SignInRefused("wrong")
        _forget_tries(session, name)
    session.signed_in = name


def set_pin(session: Session, name: str, pin: str | None) -> None:
    """Set or change somebody's PIN, or take it away (None).

    She does it herself or the person of the home does it. Raises `SignInRefused` (`unknown`,
    `first`) or `FieldkitError` (`sign_in.bad_pin`).
    """
    typed, name = name, known_as(name, (person.name for person in people(session)))
    if not name:
        raise SignInRefused("unknown", name=typed)
    _permit(session, name)
    if pin is not None and not _is_pin(pin):
        raise FieldkitError("sign_in.bad_pin", least=PIN_DIGITS[0], most=PIN_DIGITS[1])
    with session.store.writing():
        _keep(session, _pins(session) | {name: None if pin is None else _made(pin)})
        _forget_tries(session, name)


def add_person(session: Session, name: str) -> None:
    """Let a colleague work here, too. Raises as `set_pin`, and for a name that is there already
    `FieldkitError` (`sign_in.taken`)."""
    _permit(session, session.owner)
    if not is_name(name) or known_as(name, (person.name for person in people(session))):
        raise FieldkitError("sign_in.taken", name=name)
    name = name.strip()
    with session.store.writing():
        _keep(session, _pins(session) | {name: None})


def remove_person(session: Session, name: str) -> None:
    """Take a colleague off the list; what she recorded stays hers. Raises as `set_pin`."""
    pins = _pins(session)
    typed, name = name, known_as(name, pins)
    if name in ("", session.owner):
        raise SignInRefused("unknown", name=typed)
    _permit(session, session.owner)
    with session.store.writing():
        _keep(session, {other: pin for other, pin in pins.items() if other != name})


def forget_pin(session: Session, name: str) -> None:
    """Take a forgotten PIN away: the office has given a new code for enrolment."""
    pins = _pins(session)
    if pins.get(name):
        _keep(session, pins | {name: None})
        _forget_tries(session, name)


def _pins(session: Session) -> dict[str, Pin | None]:
    return dict(session.store.setting(PEOPLE, {}))


def _keep(session: Session, pins: dict[str, Pin | None]) -> None:
    """Nobody has to sign in where there is one person, without a PIN."""
    kept = {name: pin for name, pin in pins.items() if pin or name != session.owner}
    session.store.set(PEOPLE, kept)


def _permit(session: Session, name: str) -> None:
    """Let those do it who are signed in as her or as the person of the home; where one of them
    has no PIN, anybody could be."""
    pins = _pins(session)
    may = {name, session.owner}
    if session.signed_in not in may and all(pins.get(one) for one in may):
        raise SignInRefused("first", name=name)


def _is_pin(text: str) -> bool:
    least, most = PIN_DIGITS
    return text.isascii() and text.isdecimal() and least <= len(text) <= most


def _made(pin: str) -> Pin:
    salt = secrets.token_hex(16)
    return {"salt": salt, "hash": _hashed(pin, salt)}


def _hashed(pin: str, salt: str) -> str:
    return hashlib.scrypt(pin.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32).hex()


# -- tries ----------------------------------------------------------------------------------


def _count_try(session: Session, name: str) -> None:
    """Count a try, unless it comes too early: in one transaction, so that two count as two."""
    with session.store.writing():
        failures = dict(session.store.setting(_FAILURES, {}))
        count, last = failures.get(name, (0, 0.0))
        now = session.uptime()
        if count >= FREE_TRIES:
            wait = min(FIRST_WAIT * 2 ** min(count - FREE_TRIES, 20), LONGEST_WAIT)
            # After a restart the time since then is what has passed at least. Earlier versions
            # noted the clock, as text.
            before = last if isinstance(last, int | float) and last <= now else 0.0
            passed = now - before
            if passed < wait:
                raise SignInRefused("wait", seconds=ceil(wait - passed))
        failures[name] = (count + 1, now)
        session.store.set(_FAILURES, failures)


def _forget_tries(session: Session, name: str) -> None:
    failures = session.store.setting(_FAILURES, {})
    if name in failures:
        rest = {other: found for other, found in failures.items() if other != name}
        session.store.set(_FAILURES, rest)
