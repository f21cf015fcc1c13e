"""The telephone codes that the office tops up with each exchange."""

from fieldkit.store.records.phone_codes import HeldCodes
from fieldkit.sync.protocol.messages import CodeHashes, CodesHeld


def codes_held(here: HeldCodes, epoch: str) -> CodesHeld:
    """What the laptop says of its codes in this epoch of it."""
    held = here.held(epoch)
    return CodesHeld(office_epoch=held.office, after=held.after, upto=held.upto)


def take_codes(here: HeldCodes, epoch: str, office: str, given: list[CodeHashes]) -> None:
    """Keep what the office, in its epoch, answered to that."""
    if given:
        here.take(epoch, office, {one.number: one.hashes for one in given})
