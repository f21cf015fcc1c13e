"""Copying what is typed elsewhere: into a map, a telephone, a message.

A program of the desktop puts it on the clipboard, and then that is said. Where there is none, such
as over ssh, the terminal is asked to (OSC 52): it never answers whether it did, so no more is said
than that it was asked. Within the app the text can be pasted either way.
"""

import os
from typing import Any

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.job.model import Job
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.approval import challenge
from fieldkit.systems import copy_on_desktop
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.text.options import Option


def copy_from(screen: BaseScreen[Any], job: Job) -> None:
    """Ask which of the things that a job says is to be copied, and copy it."""
    who, what = job.customer, job.product
    found = {
        "label.number": job.number,
        "label.phone": who.phone if who else "",
        "label.address": who.address if who else "",
        "label.customer": who.name if who else "",
        "label.serial": what.serial if what else "",
        "screen.copy_challenge": _challenge(screen.session, job),
    }
    texts = {key: text for key, text in found.items() if text}
    options = [Option(key, text, screen.t(key), text) for key, text in texts.items()]

    def take(codes: Codes | None) -> None:
        if codes:
            text = texts[codes[0]]
            copied = copy_on_desktop(text, os.environ)
            screen.app.copy_to_clipboard(text)
            screen.show_message(
                screen.t("screen.copied" if copied else "screen.copy_asked", text=text)
            )

    screen.app.push_screen(PickScreen(screen.t("screen.copy_what"), options), take)


def _challenge(session: Session, job: Job) -> str:
    """What is read out for an approval by telephone; "" where there is nothing to read out."""
    try:
        return challenge(session, job)
    except FieldkitError:
        return ""
