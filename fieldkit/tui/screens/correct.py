"""Putting right what is recorded: of a customer, a product, and the steps of a job."""

from typing import TYPE_CHECKING, Any

from fieldkit.domain.core.form import Data, form_fields
from fieldkit.domain.job.corrected import AMENDABLE
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.preconditions import waits_for_purchase_date
from fieldkit.domain.job.steps import STEPS
from fieldkit.domain.records.customer_product import (
    Customer,
    CustomerAmended,
    Product,
    ProductAmended,
)
from fieldkit.domain.records.transfer import ProductTransferred
from fieldkit.i18n import say
from fieldkit.services.jobs import correct_records, job_commands, records
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.pick import PickScreen
from fieldkit.tui.text.options import Option

if TYPE_CHECKING:
    from fieldkit.tui.screens.base import BaseScreen

_CUSTOMER, _PRODUCT, _OWNER, _MERGE, _UNMERGE = "customer", "product", "owner", "merge", "unmerge"


def choose_record(screen: "BaseScreen[Any]") -> None:
    """Find a customer or product by any words, then choose what of it is put right."""
    session, t = screen.session, screen.t

    def seek(text: str) -> list[Option]:
        people = [_person(one, f"{_CUSTOMER} {one.id}") for one in records.customers(session, text)]
        return people + [
            _bought(one, session.catalogue.name("model", one.model, screen.lang))
            for one in records.products(session, text)
        ]

    def chosen(codes: tuple[str, ...] | None) -> None:
        if codes:
            kind, _, record_id = codes[0].partition(" ")
            with screen.showing_errors():
                who = records.customer(session, record_id) if kind == _CUSTOMER else None
                what = records.product_of_id(session, record_id) if kind == _PRODUCT else None
                _choose(screen, who, what, ())

    screen.app.push_screen(PickScreen(t("key.records"), [], seek=seek), chosen)


def _person(one: Customer, code: str) -> Option:
    words = f"{one.name}\n{one.phone}\n{one.address}"
    return Option(code, one.name, f"{one.phone} · {one.address}", words)


def _bought(one: Product, model: str) -> Option:
    words = f"{one.serial}\n{one.model}\n{model}"
    return Option(f"{_PRODUCT} {one.id}", one.serial, one.model, words)


def correct_job(screen: "BaseScreen[Any]", job: Job) -> None:
    """Choose what is put right of a job: her card, the product, its owner, or a step."""
    session = screen.session
    who = records.find_customer(session, job.customer.id) if job.customer else None
    what = records.product_of_id(session, job.product.id) if job.product else None
    steps = tuple(
        step.part
        for step in STEPS
        if step.part in AMENDABLE and getattr(job, step.part) is not None
    )
    _choose(screen, who, what, steps, job)


def _choose(
    screen: "BaseScreen[Any]",
    who: Customer | None,
    what: Product | None,
    steps: tuple[str, ...],
    job: Job | None = None,
) -> None:
    t = screen.t
    options = []
    if who is not None:
        options.append(Option(_CUSTOMER, t("screen.correct.customer"), who.name))
        options.append(Option(_MERGE, t("screen.correct.merge"), who.name))
        merged = screen.session.store.ledger.merged_customers()
        same = sorted(records.same_people(screen.session, who.id) & merged.keys())
        options += [Option(f"{_UNMERGE} {one}", t("screen.correct.unmerge"), one) for one in same]
    if what is not None:
        options.append(Option(_PRODUCT, t("screen.correct.product"), what.serial))
        options.append(Option(_OWNER, t("screen.correct.owner"), what.serial))
    for step in STEPS:
        if step.part in steps:
            options.append(Option(f"step {step.part}", t(f"step.{step.key}")))

    def chosen(codes: tuple[str, ...] | None) -> None:
        kind, _, name = (codes or ("",))[0].partition(" ")
        with screen.showing_errors():
            if kind == _CUSTOMER and who:
                _open_customer(screen, who)
            elif kind == _MERGE and who:
                _open_merge(screen, who)
            elif kind == _UNMERGE:
                correct_records.unmerge_customer(screen.session, name)
                screen.refresh_data()
            elif kind == _PRODUCT and what:
                open_product(screen, what)
            elif kind == _OWNER and what:
                _open_owner(screen, what, job)
            elif kind == "step" and job:
                _open_step(screen, job, name)

    screen.app.push_screen(PickScreen(t("key.correct"), options), chosen)


def _open_customer(screen: "BaseScreen[Any]", who: Customer) -> None:
    _open(screen, who.id, "customer", CustomerAmended, who, lambda changes: (
        correct_records.amend_customer(screen.session, who.id, changes)
    ))  # fmt: skip


def open_product(screen: "BaseScreen[Any]", what: Product, start: str = "") -> None:
    """The form that corrects a product; the cursor begins in `start`."""
    _open(screen, what.id, "product", ProductAmended, what, lambda changes: (
        correct_records.amend_product(screen.session, what.serial or what.id, changes)
    ), start)  # fmt: skip


def _open_step(screen: "BaseScreen[Any]", job: Job, part: str) -> None:
    step = next(step for step in STEPS if step.part == part)
    _open(screen, job.id, step.key, step.form, getattr(job, part), lambda changes: (
        job_commands.amend_step(screen.session, job.id, part, changes)
    ))  # fmt: skip


def _open(
    screen: "BaseScreen[Any]",
    record_id: str,
    scope: str,
    form: type[Data],
    known: Customer | Product | Data,
    submit: Any,
    start: str = "",
) -> None:
    """A form that starts with what is recorded; what was emptied is emptied."""
    names = [field.name for field in form_fields(form)]
    before = known.model_dump(mode="json", include=set(names))
    drafts, draft = screen.session.store.drafts, f"amend.{scope}"
    title = f"record.{scope}" if scope in (_CUSTOMER, _PRODUCT) else f"step.{scope}"

    def finish(typed: Values) -> Any:
        values = {name: typed.get(name, _emptied(before.get(name))) for name in names}
        changes = {name: new for name, new in values.items() if new != before.get(name)}
        confirmed = {name: value for name, value in typed.items() if name not in names}
        done = submit(changes | confirmed if changes else {})
        drafts.drop(record_id, draft)
        return done or True

    spec = FormSpec(
        title=lambda lang: f"{say('key.correct', lang)} › {say(title, lang)}",
        model=form,
        values={**before, **drafts.load(record_id, draft)},
        keep=lambda typed: drafts.save(record_id, draft, typed),
        submit=finish,
        done=lambda lang: say("screen.corrected", lang),
        scope=scope,
        start=start,
    )
    screen.open_form(spec)


def _emptied(value: Any) -> Any:
    """What an emptied field holds: no text, no rows, nothing."""
    return "" if isinstance(value, str) else [] if isinstance(value, list) else None


def _open_owner(screen: "BaseScreen[Any]", what: Product, job: Job | None) -> None:
    """The new owner: the customer of the job, or whoever is found."""
    session = screen.session

    def with_owner(codes: tuple[str, ...] | None) -> None:
        if not codes:
            return
        drafts = session.store.drafts
        spec = FormSpec(
            title=lambda lang: f"{what.serial} › {say('screen.correct.owner', lang)}",
            model=ProductTransferred,
            values={"on": session.today.isoformat()} | drafts.load(what.id, _OWNER),
            keep=lambda typed: drafts.save(what.id, _OWNER, typed),
            submit=lambda typed: _transferred(screen, what, typed, codes[0]),
            done=lambda lang: say("screen.corrected", lang),
            scope="transfer",
        )
        screen.open_form(spec)

    if job is not None and job.customer is not None and job.customer.id != what.customer:
        with_owner((job.customer.id,))
    else:
        title = screen.t("screen.correct.owner")
        screen.app.push_screen(PickScreen(title, [], seek=_people(screen, "")), with_owner)


def _transferred(screen: "BaseScreen[Any]", what: Product, typed: Values, owner: str) -> Product:
    done = correct_records.transfer_product(screen.session, what.serial or what.id, typed, owner)
    screen.session.store.drafts.drop(what.id, _OWNER)
    return done


def _open_merge(screen: "BaseScreen[Any]", who: Customer) -> None:
    """Choose who stands for both; those who look alike come first."""

    def chosen(codes: tuple[str, ...] | None) -> None:
        if codes:
            with screen.showing_errors():
                correct_records.merge_customers(screen.session, who.id, codes[0])
                screen.show_message(screen.t("screen.merged"))
            screen.refresh_data()

    title = screen.t("screen.correct.merge")
    screen.app.push_screen(PickScreen(title, [], seek=_people(screen, who.id)), chosen)


def _people(screen: "BaseScreen[Any]", but: str) -> Any:
    session = screen.session

    def seek(text: str) -> list[Option]:
        alike = correct_records.duplicates_of(session, but) if but and not text else []
        found = {one.id: one for one in [*alike, *records.customers(session, text)]}
        return [_person(one, one.id) for one in found.values() if one.id != but]

    return seek


def open_purchase_date(screen: "BaseScreen[Any]", job: Job) -> None:
    """Ask for the day of purchase that the verdict waits for."""
    if not waits_for_purchase_date(job) or job.product is None:
        screen.show_message(screen.t("screen.no_date_asked"))
        return
    with screen.showing_errors():
        if what := records.product_of_id(screen.session, job.product.id):
            open_product(screen, what, "purchase_date")
