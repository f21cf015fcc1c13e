"""A technician at work in a process of her own: does one job after another, and says on
standard output what the program has acknowledged. Killed by the test at a random moment."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fieldkit.domain.job.steps import next_step
from fieldkit.services.home.session import Session, open_session
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home

VALUES: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": "wang.lei"},
    "arrive": {"checklist": ["uniform"]},
    "diagnose": {"lines": [{"component": "wearing", "cause": "wear", "part": "P-PAD"}]},
    "repair": {"work_done": "new brake pads"},
    "sign": {"consent": True},
    "survey": {"declined": True},
}


def say(**what: Any) -> None:
    """Tell the test that something was acknowledged."""
    print(json.dumps(what), flush=True)


def do_job(session: Session, customer: str, serial: str, tell: Callable[..., None] = say) -> None:
    """One whole job, with a draft before each step."""
    job = job_commands.register_job(session, {"symptom": "brakes"}, customer, serial)
    tell(job=job.id, events=1)
    done = 1
    while (step := next_step(job)) is not None:
        values = job_commands.form_values(session, job, step.key) | VALUES.get(step.key, {})
        session.store.drafts.save(job.id, step.key, {"typed": step.key})
        tell(job=job.id, draft=step.key)
        job = job_commands.do_step(session, job.id, step.key, values)
        done += 1
        tell(job=job.id, events=done, status=job.status.value)


def main() -> None:
    """Work until killed."""
    with open_session(Home(Path(sys.argv[1])), {}) as session:
        customer = records.customers(session)[0].id
        serial = records.products(session)[0].id
        # What is loaded when first needed is loaded now, and not in the moment left for the work.
        do_job(session, customer, serial, tell=lambda **_: None)
        say(ready=True)
        while True:
            do_job(session, customer, serial)


if __name__ == "__main__":
    main()
