"""Registering customers and products: the same forms and checks on a laptop and at the office."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import BadInput, FieldkitError, FieldProblem
from fieldkit.domain.core.event import Act, stable_id
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.core.phone import e164
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import Customer, CustomerData, Product
from fieldkit.domain.records.product_registration import ProductData
from fieldkit.domain.records.serial_doubts import Serials, bears, serial_doubts, serial_problems

_LOG = logging.getLogger(__name__)

CALL_AT = time(10)
"""When a customer is called on a day for which no time was said."""


def register_customer(values: Mapping[str, Any], region: str, ctx: Context) -> Act:
    """A new customer's contact card; `region` as `e164` has it. Raises `BadInput`."""
    data = read_form(CustomerData, dict(values))
    dumped = data.to_json() | {"phone_e164": e164(data.phone, region)}
    return Act(record=ctx.new_id(), type="customer.registered", data=dumped)


def register_product(values: Mapping[str, Any], serials: Serials, ctx: Context) -> Act:
    """A product, at its sale or when it is first seen. Its id is its serial number.

    A product registered on the day of its sale has its whole history with us. Raises `BadInput`
    that names every wrong field, and what is asked back about the serial.
    """
    data = read_form(ProductData, dict(values))
    serial = serials.catalogue.serial_of(data.model, data.serial)
    models = {model.code for model in serials.catalogue.models}
    problems = product_problems(data, models, ctx.today) + serial_problems(serial, "serial")
    known = serials.find(serial)
    record = serial
    if known is not None and not bears(known, serial):
        record = f"{serial}~" if known.id == serial else serial  # that one got another serial since
    elif known is not None:
        params: dict[str, object] = {"serial": known.serial}
        problems.append(FieldProblem("serial", "serial_known", params))
    doubts = [] if problems else serial_doubts(serials, data.model, serial, "serial")
    if problems or (doubts and not data.serial_confirmed):
        raise BadInput(problems or doubts)
    dumped = data.to_json() | {
        "serial": serial,
        "serial_confirmed": bool(doubts),
        "serial_doubts": [each.key for each in doubts],
        "serial_typed": data.serial if data.serial != serial else "",
        "history_known": data.history_known or data.purchase_date == ctx.today,
    }
    return Act(record=record, type="product.registered", data=dumped)


def sold(act: Act) -> Product:
    """The product that a registration makes."""
    return Product.model_validate({"id": act.record, **act.data})


def calls_after_sale(
    product: Product, buyer: Customer | None, judge: Callable[[Job], Decision], ctx: Context
) -> list[Act]:
    """The calls that the rules count from the purchase, for who registers it to make; none
    without a customer or a day of purchase.

    `judge` asks the rules about the delivery. Rules that cannot be read must not keep a sale from
    being recorded: there is then no call.
    """
    if buyer is None or product.purchase_date is None:
        return []
    # One reminder too many does no harm, so a history that is not known counts as empty.
    known = product.model_copy(update={"history_known": True})
    try:
        decision = judge(Job(id="", kind=JobKind.DELIVERY, product=known))
    except FieldkitError as error:
        _LOG.warning("no call planned after a sale: %s", error.key)
        return []
    return [
        Act(
            record=stable_id(product.id, call.kind),
            type="follow_up.planned",
            data={
                "reason": call.kind,
                "due": datetime.combine(call.due, CALL_AT, ctx.author.at.tzinfo).isoformat(),
                "customer": buyer.id,
                "customer_name": buyer.name,
                "product": product.id,
                "assigned_to": ctx.author.by,
            },
        )
        for call in decision.follow_ups
        if call.after == "purchase" and call.due is not None
    ]


def calls_after_exchange(
    acts: Iterable[Act], job: Job, judge: Callable[[Job], Decision], ctx: Context
) -> list[Act]:
    """The calls that are counted from the day on which a new product came for an old one."""
    new = [sold(act) for act in acts if act.type == "product.registered"]
    return [call for one in new for call in calls_after_sale(one, job.customer, judge, ctx)]


def product_problems(
    data: ProductData | Product, models: Collection[str], today: date
) -> list[FieldProblem]:
    """What is wrong with a product's model and days."""
    problems = []
    if data.model not in models:
        problems.append(FieldProblem("model", "unknown_model", {"model": data.model}))
    for name in ("purchase_date", "manufacture_date"):
        day = getattr(data, name)
        if day is not None and day > today:
            problems.append(FieldProblem(name, "in_future"))
    made, bought = data.manufacture_date, data.purchase_date
    if made and bought and made > bought:
        problems.append(FieldProblem("purchase_date", "before_manufacture"))
    return problems
