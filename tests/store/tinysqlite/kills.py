"""Kills a writing process again and again; run as ``python -m ... PATH ROUNDS SEED``.

In every other round the kill comes at a random moment, in the others in the middle of a write,
or at a sync or truncation, that is chosen at random. After each kill the store is opened and
everything that the victim had acknowledged must be there, each step whole or not at all.
Prints the numbers as JSON; a failure says its round, and the seed replays the choices.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import struct
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.store.tinysqlite import StoredDocument, TinySQLite

from .conftest import KEY
from .faulty import ENCRYPTED_NAME, FaultyVFS, Plan, Where

INDEXES = {"events": ["position"], "outbox": ["event"]}
_ACK = struct.Struct("<I")


def victim(path: Path, first: int, acks: int, plan: Plan | None) -> None:
    """Save steps for ever, acknowledging each through the pipe ``acks``."""
    vfs = None
    if plan is not None:
        disk = FaultyVFS()
        disk.plan = plan
        vfs = ENCRYPTED_NAME
    db = TinySQLite.open(path, key=KEY, indexes=INDEXES, vfs=vfs)
    number = first
    while True:
        with db.transaction():
            db.table("events").insert({"position": number, "data": "x" * (number * 997 % 4000)})
            db.table("jobs").upsert(StoredDocument({"last": number}, doc_id="J"))
            db.table("outbox").insert({"event": number})
            db.table("scratch").insert({"n": number})
            if number % 5 == 0:
                db.table("scratch").remove(where("n") < number)
        os.write(acks, _ACK.pack(number))
        if number % 7 == 0:
            db.checkpoint()
        number += 1


def kill_one(path: Path, first: int, chance: random.Random, at_call: bool) -> list[int]:
    """Start a victim, kill it; the steps that it had acknowledged."""
    reading, writing = os.pipe()
    plan = None
    if at_call:
        where: Where = chance.choice(["write", "write", "write", "sync", "truncate"])
        most = {"write": 150, "sync": 20, "truncate": 3}[where]
        plan = Plan(where, "kill", chance.randint(1, most))
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            victim(path, first, writing, plan)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    if at_call:
        # It dies by itself; should its call never come, time ends it.
        select.select([reading], [], [], 5)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and not os.waitid(
            os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            time.sleep(0.002)
    else:
        select.select([reading], [], [], 5)
        time.sleep(chance.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == -signal.SIGKILL, f"the victim ended by itself: {status}"
    data = b""
    while chunk := os.read(reading, 65536):
        data += chunk
    os.close(reading)
    return [number for (number,) in _ACK.iter_unpack(data)]


def verify(path: Path, first: int, done: list[int]) -> int:
    """Check what the victim left; the number of the next step."""
    with TinySQLite.open(path, key=KEY, indexes=INDEXES) as db:
        events = db.table("events").ordered("position", at_least=first)
        saved = [event["position"] for event in events]
        assert done == list(range(first, first + len(done))), "acknowledged out of order"
        assert saved in (done, [*done, first + len(done)]), f"saved {saved}, acknowledged {done}"
        sent = [entry["event"] for entry in db.table("outbox").ordered("event", at_least=first)]
        assert saved == sent, "a step is there in part"
        job: Any = db.table("jobs").get(doc_id="J")
        last = int(job["last"]) if job else -1
        assert last == (saved[-1] if saved else first - 1), "the job is not of the last step"
        if last % 1000 > 900:
            db.drop_table("events")
            db.drop_table("outbox")
        return last + 1


def main(path: Path, rounds: int, seed: int) -> dict[str, int]:
    """Run the rounds; the numbers."""
    chance = random.Random(seed)
    position = acknowledged = 0
    for number in range(rounds):
        try:
            done = kill_one(path, position, chance, at_call=number % 2 == 1)
            acknowledged += len(done)
            position = verify(path, position, done)
        except BaseException as error:
            error.add_note(f"round {number} of seed {seed}")
            raise
    with TinySQLite.open(path, key=KEY, indexes=INDEXES) as db:
        assert db.check().ok
    return {"kills": rounds, "acknowledged": acknowledged, "seed": seed}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
