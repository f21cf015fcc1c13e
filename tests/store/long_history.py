"""A long history, made fast: copies of the jobs in a home, each with its events, well chained."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from tinydb import where

from fieldkit.domain.core.event import digest
from fieldkit.services.home.session import Session
from fieldkit.store.records.ledger import turn
from fieldkit.store.tinysqlite.reading import StoredDocument
from tests.store.homes import acknowledge, cancelled, one_job

BATCH = 2000
"""Copies that are written in one transaction."""
MODELS = 20
"""At most so many of the first jobs are copied."""
LONG = "brakes squeal on every slope. " * 60
"""What makes a job of 3 KB."""


def closed_job(session: Session) -> None:
    """A job of 3 KB that the customer called off: two events."""
    job = one_job(session, LONG)
    cancelled(session, job)


def multiply(session: Session, count: int, received: bool = False) -> None:
    """Copy the jobs of the home in turns, until there are `count` jobs. The office has all of
    them if it has `received` them; otherwise none, and the outbox is left as it was."""
    if received:
        acknowledge(session)
    db = session.store.db
    models = [_Model(session, job) for job in islice(db.table("jobs"), MODELS)]
    for start in range(len(db.table("jobs")), count, BATCH):
        device = db.table("device").get(doc_id="self")
        with db.transaction():
            for number in range(start, min(start + BATCH, count)):
                models[number % len(models)].copy(session, number, device)
            db.table("device").put(device)


class _Model:
    """A job and its events as texts, to be copied under other ids."""

    def __init__(self, session: Session, job: StoredDocument) -> None:
        found = session.store.db.table("events").search(where("record") == job.doc_id)
        self.rows = sorted(found, key=lambda row: row["turn"])
        self.ids = [str(job.doc_id), *(str(row.doc_id) for row in self.rows)]
        everything = [job, *({**row, "raw": json.loads(row["raw"])} for row in self.rows)]
        self.text, self.number = json.dumps(everything), job["number"]

    def copy(self, session: Session, number: int, device: Any) -> None:
        """Write the copy with this number, and make it the last of the chain."""
        text, db = self.text.replace(self.number, f"{self.number}{number:06d}"), session.store.db
        for each in self.ids:
            text = text.replace(each, _other(each, number))
        job, *events = json.loads(text)
        job_id, *event_ids = (_other(each, number) for each in self.ids)
        db.table("jobs").put(StoredDocument(job, doc_id=job_id))
        for event_id, event in zip(event_ids, events, strict=True):
            device["seq"] += 1
            event["raw"] |= {"seq": device["seq"], "prev": device["head"]}
            event["raw"] = json.dumps(event["raw"], ensure_ascii=False, separators=(",", ":"))
            event["turn"] = turn(device["epoch"], device["seq"])
            device["head"] = digest(event["raw"].encode())
            db.table("events").put(StoredDocument(event, doc_id=event_id))


def _other(each: str, number: int) -> str:
    return f"{number:08x}{each[8:]}"
