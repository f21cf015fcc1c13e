"""Correcting customers and products: the same commands on a laptop and at the office.

Each answers the acts of the record. What the jobs carry of it is carried on by `in_job`.
"""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.core.form import Data, form_fields, read_form
from fieldkit.domain.core.phone import e164
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.corrected import CORRECTED, is_judged
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.records.customer_product import (
    Customer,
    CustomerAmended,
    Product,
    ProductAmended,
)
from fieldkit.domain.records.serial_doubts import (
    CONFIRM,
    Serials,
    bears,
    model_doubts,
    serial_doubts,
    serial_problems,
)
from fieldkit.domain.records.transfer import ProductTransferred
from fieldkit.domain.records.unconfirmed import Unconfirmed
from fieldkit.domain.registration import product_problems

Record = Customer | Product


def amend_customer(customer: Customer, changes: Mapping[str, Any], region: str) -> list[Act]:
    """Correct a customer's card; the event carries only what changed. `region` as `e164` has it.
    Raises `BadInput`."""
    acts = _amend(customer, "customer", CustomerAmended, changes)
    for act in acts:
        if phone := act.data.get("phone"):
            act.data["phone_e164"] = e164(phone, region)
    return acts


def amend_product(
    product: Product, changes: Mapping[str, Any], serials: Serials, ctx: Context
) -> list[Act]:
    """Correct what is recorded of a product, or add what was not known. A doubtful serial, or one
    that has not the form of the model, is asked back, unless `serial_confirmed` is among the
    changes. Raises `BadInput`."""
    confirmed = changes.get(CONFIRM) in (True, "true")
    facts = {name: value for name, value in changes.items() if name != CONFIRM}
    typed = str(facts.get("serial") or "").strip()
    if typed:
        model = str(facts.get("model") or product.model)
        facts["serial"] = serials.catalogue.serial_of(model, typed)
        if facts["serial"] != typed:
            facts["serial_typed"] = typed
    acts = _amend(product, "product", ProductAmended, facts)
    for act in acts:
        corrected = Product.model_validate(product.model_dump() | act.data)
        models = {each.code for each in serials.catalogue.models}
        problems = product_problems(corrected, models, ctx.today)
        if wrong := [one for one in problems if one.path != "model" or "model" in act.data]:
            raise BadInput(wrong)
        if doubts := _serial_doubts(product, act.data, corrected, serials):
            if not confirmed:
                raise BadInput(doubts)
            act.data["serial_doubts"] = [each.key for each in doubts]
    return acts


def _serial_doubts(
    product: Product, changes: Mapping[str, Any], corrected: Product, serials: Serials
) -> list[FieldProblem]:
    """What is asked back about a corrected serial or model. Raises `BadInput` for a serial that is
    none, or another product's."""
    if "serial" not in changes:
        serial = product.serial or product.id
        of_model = model_doubts(serials.catalogue, corrected.model, serial, "model")
        return of_model if "model" in changes else []
    new, known = corrected.serial, serials.find(corrected.serial)
    wrong = serial_problems(new, "serial")
    if known is not None and known.id != product.id and bears(known, new):
        wrong.append(FieldProblem("serial", "serial_known", {"serial": known.serial}))
    if wrong:
        raise BadInput(wrong)
    doubts = serial_doubts(serials, corrected.model, new, "serial")
    return [one for one in doubts if one.params.get("serial") != product.serial]


def _amend(record: Record, kind: str, form: type[Data], changes: Mapping[str, Any]) -> list[Act]:
    asked = {field.name for field in form_fields(form)} | _SILENT
    problems = [FieldProblem(name, "unknown_field") for name in changes if name not in asked]
    if problems:
        raise BadInput(problems)
    after = read_form(form, dict(changes)).model_dump(mode="json")
    before = record.model_dump(mode="json")
    needed = type(record).model_fields
    problems = [
        FieldProblem(name, "missing")
        for name in changes
        if after[name] is None and needed[name].default is not None
    ]
    if problems:
        raise BadInput(problems)
    differing = {name: after[name] for name in changes if after[name] != before[name]}
    if not differing:
        return []
    return [Act(record=record.id, type=f"{kind}.amended", data=differing)]


_SILENT = frozenset({"customer", "serial_typed"})
"""What no form asks for and a command may name: the owner who was recorded wrongly, and how a
serial was typed."""


def transfer(
    product: Product, values: Mapping[str, Any], owner: Customer | None, ctx: Context
) -> list[Act]:
    """The product has a new owner: since which day, with which papers. Raises `BadInput`."""
    data = read_form(ProductTransferred, dict(values))
    problems = []
    if data.on > ctx.today:
        problems.append(FieldProblem("on", "in_future"))
    if product.purchase_date and data.on < product.purchase_date:
        limit = product.purchase_date.isoformat()
        problems.append(FieldProblem("on", "before_purchase", {"limit": limit}))
    if owner is not None and owner.id == product.customer:
        problems.append(FieldProblem("customer", "same_owner"))
    if problems:
        raise BadInput(problems)
    filled = data.model_copy(update={"customer": owner.id if owner else ""})
    return [Act(record=product.id, type="product.transferred", data=filled.to_json())]


def merge(duplicate: Customer, into: Customer) -> list[Act]:
    """Two customers are one: `into` stands for both. Raises `Refused`."""
    if duplicate.id == into.id:
        raise Refused(Reason("same_customer"))
    if duplicate.merged_into:
        raise Refused(Reason("merged_already"))
    data = {"into": into.id}
    return [Act(record=duplicate.id, type="customer.merged", data=data)]


def unmerge(duplicate: Customer) -> list[Act]:
    """They are two after all; everything is as it was before. Raises `Refused`."""
    if not duplicate.merges:
        raise Refused(Reason("not_merged"))
    data = {"merge": duplicate.merges[-1].event}
    return [Act(record=duplicate.id, type="customer.unmerged", data=data)]


def tell_apart(one: Customer, other: Customer) -> list[Act]:
    """They are two, though they look alike; nothing offers them for merging again. Raises
    `Refused`."""
    if one.id == other.id:
        raise Refused(Reason("same_customer"))
    if other.id in one.told_apart:
        return []
    return [Act(record=one.id, type="customer.told_apart", data={"other": other.id})]


def settle(record: Record, change: Unconfirmed, agreed: bool, reason: str) -> list[Act]:
    """The desk's word on a correction that waits for it."""
    kind = "customer" if isinstance(record, Customer) else "product"
    word = "confirmed" if agreed else "refused"
    data = {"change": change.event, "reason": reason}
    return [Act(record=record.id, type=f"{kind}.change_{word}", data=data)]


# -- what the jobs carry of it -------------------------------------------------------------


def in_job(job: Job, record: Record, before: Record, late: bool = False) -> list[Act]:
    """What a correction of a record changes in a job that carries it.

    What the rules judge stays as it was in a job that was worked on; `late`: tell such jobs, and
    closed ones, all the same, so that somebody looks at them.
    """
    part = "customer" if isinstance(record, Customer) else "product"
    carried = getattr(job, part)
    if carried is None or (job.status in CLOSED and not late):
        return []
    names = set(CORRECTED[part])
    was, now, has = (
        one.model_dump(mode="json", include=names) for one in (before, record, carried)
    )
    changes = {
        name: now[name] for name in names if now[name] != was[name] and has[name] != now[name]
    }
    if job.work_begun and not late:
        changes = {name: value for name, value in changes.items() if not is_judged(part, (name,))}
    if not changes:
        return []
    return [Act(record=job.id, type=f"job.{part}_corrected", data={"changes": changes})]
