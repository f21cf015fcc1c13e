"""The laptop sends the attachments that the office lacks: after the events, in parts.

The office says what it lacks and how much of it is there, so an upload goes on where it was
cut, and is made again for an office that was restored from a backup.
"""

from collections.abc import Callable

from fieldkit.domain.core.errors import Fault
from fieldkit.store.files.attachments import Attachments
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.errors import OfficeRefused, Retryable
from fieldkit.sync.protocol.messages import MAX_PART_BYTES, WantedAttachment, Wants

FIRST_PART = 256 * 1024
"""Bytes of the first part; they double while all goes well, and halve if not."""
_LEAST_PART = 4 * 1024
_CORRECTIONS = 8


class AttachmentSender:
    """Sends what the office lacks. What cannot be sent is a problem of the report; `sent` is
    told what the office has."""

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
            wants = self._backoff.patiently(lambda: self._channel.get("/v1/attachments", Wants))
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
        """Send one; whether all of it is there."""
        content = self._content(wanted.sha256)
        if content is None:
            return False
        try:
            return self._send_parts(wanted, content)
        except OfficeRefused as refusal:
            self._report.problem("attachment_refused", reason=refusal.reason)
            return False

    def _content(self, sha256: str) -> bytes | None:
        """The content, checked; None where it is lost or damaged here."""
        try:
            return b"".join(self._attachments.read(sha256))
        except Fault as fault:
            self._report.problem(fault.key.replace(".", "_"))
            return None

    def _send_parts(self, wanted: WantedAttachment, content: bytes) -> bool:
        at, corrections = wanted.offset, 0
        while True:
            part = content[at : at + self._part]
            try:
                stored = self._channel.send_part(wanted.sha256, at, len(content), part)
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


def _go_on_from(refusal: OfficeRefused) -> int:
    """Where the office wants to go on. Raises the refusal if it is about something else."""
    offset = refusal.params.get("offset")
    if refusal.reason == "offset" and isinstance(offset, int):
        return offset
    if refusal.reason == "wrong_hash":  # what was there from before was damaged
        return 0
    raise refusal
