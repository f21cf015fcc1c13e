"""Doing one thing while another is under way."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

A = TypeVar("A")


def in_background(work: Callable[[], A]) -> Callable[[], A]:
    """Begin work in a thread; whoever calls what this answers waits for its result or fault.

    Nobody has to: the thread holds up neither its starter nor the end of the program.
    """
    done: Future[A] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as fault:
            done.set_exception(fault)  # raised where the result is asked for

    Thread(target=run, daemon=True).start()
    return done.result


def in_turn(work: Callable[[], A]) -> Callable[[], A]:
    """Do the work only when its result is asked for."""
    return work
