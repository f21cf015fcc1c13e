"""What each role of the office may do: one table, which commands and pages ask.

These roles grant commands of the office, and never stand in events: what somebody does at the
office is recorded in the role desk or supervisor, which every laptop can read.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class OfficeRole(StrEnum):
    """What somebody is at the office. One person may have several."""

    DESK = "desk"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DEPARTMENT = "department"
    ADMINISTRATOR = "administrator"


class Task(StrEnum):
    """A kind of change at the office, as far as the right to do it is concerned."""

    RECORDS = "records"
    """Customers, products and jobs are registered, and steps of jobs done."""
    DISPATCH = "dispatch"
    """Technicians are described and sent to jobs."""
    COMPLAINTS = "complaints"
    TELL = "tell"
    """Who must know of a job was told."""
    RESOLVE = "resolve"
    """Flags are settled, and colleagues on a laptop confirmed."""
    APPROVE = "approve"
    """Requests for approval are answered, by command or by telephone."""
    PUBLISH = "publish"
    """Rule packs and catalogues are published."""
    LAPTOPS = "laptops"
    """Laptops are enrolled and shut out."""
    SERVER = "server"
    """People and their roles, keys that sign packs, a restored database."""


_DESK, _DISPATCHER, _SUPERVISOR = OfficeRole.DESK, OfficeRole.DISPATCHER, OfficeRole.SUPERVISOR
_MANAGER, _DEPARTMENT = OfficeRole.MANAGER, OfficeRole.DEPARTMENT
_ADMINISTRATOR = OfficeRole.ADMINISTRATOR

MAY_DO: Mapping[Task, frozenset[OfficeRole]] = {
    Task.RECORDS: frozenset({_DESK, _DISPATCHER, _SUPERVISOR, _MANAGER}),
    Task.DISPATCH: frozenset({_DISPATCHER, _SUPERVISOR, _MANAGER}),
    Task.COMPLAINTS: frozenset({_DESK, _SUPERVISOR, _MANAGER, _DEPARTMENT}),
    Task.TELL: frozenset({_DESK, _DISPATCHER, _SUPERVISOR, _MANAGER, _DEPARTMENT}),
    Task.RESOLVE: frozenset({_DESK, _DISPATCHER, _SUPERVISOR, _MANAGER}),
    Task.APPROVE: frozenset({_SUPERVISOR, _MANAGER}),
    Task.PUBLISH: frozenset({_SUPERVISOR, _MANAGER}),
    Task.LAPTOPS: frozenset({_MANAGER, _ADMINISTRATOR}),
    Task.SERVER: frozenset({_ADMINISTRATOR}),
}
"""Which roles may do each task; `docs/office.md` has the same table, and a test compares them."""


def may_do(roles: Collection[OfficeRole], task: Task) -> bool:
    """Whether one of the roles may do it."""
    return not MAY_DO[task].isdisjoint(roles)
