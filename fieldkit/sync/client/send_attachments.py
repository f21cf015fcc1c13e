"""The laptop sends the attachments that the office lacks: after the events, in parts.

The office says what it lacks and how much of it is there, so an upload goes on where it was
cut, and is made again for an office that was restored from a backup.
"""

from collections.abc import Callable
from functools import partial

from fieldkit.domain.core.errors import Fault
from fieldkit.store.files.attachments import Attachments
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.errors import OfficeRefused, Retryable, SyncFault
from fieldkit.sync.protocol.messages import MAX_PART_BYTES, WantedAttachment, Wants

FIRST_PART = 256 * 1024
"""Bytes of the first part; they double while all goes well, and halve if not."""
_LEAST_PART = 4 * 1024
"""Below this, the headers of a request would cost more than its part."""
_CORRECTIONS = 8
"""How often in a row the office may name an offset that is no progress: more is a loop."""


class AttachmentSender:
    """Sends what the office lacks. What cannot be sent is a problem of the report; `sent` gets
    the hashes of what the office has."""

    def __init__(
        self,
        channel: Channel,
        attachments: Attachments,
        backoff: Backoff,
        report: SyncReport,
        progress: Callable[[Progress], None],
        sent: Callable[[list[str]], None] | None = None,
    ) -> None:
        self._channel = channel
        self._attachments = attachments
        self._backoff = backoff
        self._report = report
        self._progress = progress
        self._sent = sent
        self._part = FIRST_PART

    def send_all(self) -> int:
        """Send everything that the office lacks; how many attachments are there now.

        A bad network or a refusal leaves them for the next sync and stops nothing else.
        """
        done = left = 0
        try:
            wants = self._backoff.retry(lambda: self._channel.get("/v1/attachments", Wants))
            left = len(wants.wanted)
            for number, wanted in enumerate(wants.wanted):
                self._progress(Progress("attachments", number, len(wants.wanted)))
                if self._send(wanted):
                    done += 1
                    if self._sent:
                        self._sent([wanted.sha256])
                left -= 1
        except Retryable:
            self._report.problem("attachments_waiting", count=max(left, 1))
        self._report.attachments += done
        return done

    def _send(self, wanted: WantedAttachment) -> bool:
        """Send one; whether all of it is there. It is not when it is lost or damaged here."""
        try:
            return self._send_parts(wanted, _Content(self._attachments, wanted.sha256))
        except OfficeRefused as refusal:
            self._report.problem("attachment_refused", reason=refusal.reason)
        except SyncFault:
            raise
        except Fault as fault:
            self._report.problem(fault.key.replace(".", "_"))
        return False

    def _send_parts(self, wanted: WantedAttachment, content: "_Content") -> bool:
        at, corrections = wanted.offset, 0
        while True:
            part = content.part(at, self._part)
            try:
                stored = self._channel.send_part(wanted.sha256, at, content.size, part)
            except Retryable as fault:
                self._part = max(_LEAST_PART, self._part // 2)
                self._backoff.pause(fault)
            except OfficeRefused as refusal:
                before, at = at, _go_on_from(refusal)
                corrections = 0 if at > before else corrections + 1
                if corrections > _CORRECTIONS:
                    raise
                if at > before:  # it had arrived, and only the answer was lost
                    self._backoff.reset()
            else:
                self._backoff.reset()
                self._part = min(MAX_PART_BYTES, self._part * 2)
                if stored.complete:
                    return True
                at = stored.offset


class _Content:
    """The content of an attachment in parts, of which one and a piece are in memory at most.

    All of it is read once before, to check its hash. Raises `Fault` where that is wrong, and
    before its last part is given out where it has changed since.
    """

    def __init__(self, attachments: Attachments, sha256: str) -> None:
        self.size = attachments.checked_size(sha256)
        self._read = partial(attachments.read, sha256)
        self._restart()

    def _restart(self) -> None:
        self._pieces = self._read()
        self._start, self._held = 0, bytearray()

    def part(self, at: int, length: int) -> bytes:
        """At most `length` bytes that begin at an offset; to go back, it is read anew."""
        if at < self._start:
            self._restart()
        end = min(at + length, self.size)
        self._drop_before(at)
        while self._start + len(self._held) < end:
            piece = next(self._pieces, b"")
            if not piece:
                raise Fault("attachment.damaged")
            self._held += piece
            self._drop_before(at)
        if end == self.size and (len(self._held) > end - self._start or any(self._pieces)):
            raise Fault("attachment.damaged")  # reading on to the end checks the hash again
        return bytes(self._held[: max(0, end - at)])

    def _drop_before(self, at: int) -> None:
        """Drop what is held before an offset."""
        dropped = min(max(0, at - self._start), len(self._held))
        del self._held[:dropped]
        self._start += dropped


def _go_on_from(refusal: OfficeRefused) -> int:
    """Where the office wants to go on. Raises the refusal if it is about something else."""
    offset = refusal.params.get("offset")
    if refusal.reason == "offset" and isinstance(offset, int):
        return offset
    if refusal.reason == "wrong_hash":  # what was there from before was damaged
        return 0
    raise refusal
