"""A new job: whose, which product, what is wrong. Customer and product may be new, too."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import BY_KEY
from fieldkit.domain.job.suggestions import suggest_product
from fieldkit.domain.records.customer_product import Customer, CustomerData, Product
from fieldkit.domain.records.product_registration import ProductData
from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import correct_records, job_commands, records
from fieldkit.services.jobs.job_commands import NEW
from fieldkit.tui.forms.form_spec import Follow, FormSpec, Values, no_more
from fieldkit.tui.screens.pick import Codes, PickScreen, Seek
from fieldkit.tui.text.options import Option

if TYPE_CHECKING:
    from fieldkit.tui.screens.base import BaseScreen

REGISTER = "+"
"""What the code of the option begins with that registers a new one; the rest is its name."""


def new_job(screen: "BaseScreen[Any]") -> None:
    """Ask for customer, product and request, one after the other, and open the job."""
    NewJob(screen).ask_customer()


class NewJob:
    """The questions of a new job. What was chosen and typed survives in drafts."""

    def __init__(self, screen: "BaseScreen[Any]") -> None:
        self._screen = screen
        self._session = screen.session
        self._begun = self._session.store.drafts.load(NEW, "new_job")
        self._who: tuple[str, ...] = ()

    def ask_customer(self) -> None:
        """Pick a customer, or register one."""
        self._who = ()
        with self._screen.showing_errors():
            self._pick("customer", self._find_customers, self._customer_picked)

    def _find_customers(self, text: str) -> list[Option]:
        return [_customer_option(item) for item in records.customers(self._session, text)]

    def _customer_picked(self, codes: Codes | None) -> None:
        if codes is None:
            return
        if not codes[0].startswith(REGISTER):
            self._ask_product(codes[0])
            return
        named = codes[0].removeprefix(REGISTER)
        self._open(
            "customer",
            CustomerData,
            self._draft("customer") | ({"name": named} if named else {}),
            lambda values: records.register_customer(self._session, values),
            lambda made, _: self._offer_merge(made.id),
        )

    def _offer_merge(self, made: str) -> None:
        """Where somebody like her is registered already, ask whether she is the same."""
        alike = correct_records.duplicates_of(self._session, made)
        if not alike:
            self._ask_product(made)
            return
        other = Option(REGISTER, self._screen.t("screen.somebody_else"))

        def picked(codes: Codes | None) -> None:
            if codes is None or codes[0] == REGISTER:
                for one in alike if codes else ():
                    correct_records.tell_apart(self._session, made, one.id)
                self._ask_product(made)
                return
            with self._screen.showing_errors():
                stands = correct_records.merge_customers(self._session, made, codes[0])
                self._ask_product(stands.id)

        options = [*map(_customer_option, alike), other]
        title = self._screen.t("screen.same_customer")
        self._screen.app.push_screen(PickScreen(title, options), picked)

    def _ask_product(self, customer: str) -> None:
        self._remember("customer", customer)
        with self._screen.showing_errors():
            self._who = (records.customer(self._session, customer).name,)
            self._pick(
                "product",
                lambda text: self._find_products(customer, text),
                lambda codes: self._product_picked(customer, codes),
            )

    def _find_products(self, customer: str, text: str) -> list[Option]:
        catalogue, lang = self._session.catalogue, self._screen.lang
        found = records.products(self._session, text, customer)
        return [
            _product_option(item, catalogue.name("model", item.model, lang),
                            item.customer == customer, lang)
            for item in sorted(found, key=lambda one: one.retired_on is not None)
        ]  # fmt: skip

    def _product_picked(self, customer: str, codes: Codes | None) -> None:
        if codes is None:
            self.ask_customer()
        elif not codes[0].startswith(REGISTER):
            self._ask_request(customer, codes[0])
        else:
            serial = codes[0].removeprefix(REGISTER).upper()
            known = suggest_product(self._session.catalogue, serial)
            self._open(
                "product",
                ProductData,
                self._draft("product") | ({"serial": serial, **known} if serial else {}),
                lambda values: records.register_product(
                    self._session, {**values, "customer": customer}
                ),
                lambda made, _: self._ask_request(customer, made.serial),
                lambda name, values: self._model_of(name, values),
            )

    def _model_of(self, name: str, values: Values) -> Values:
        serial = str(values.get("serial") or "")
        return suggest_product(self._session.catalogue, serial) if name == "serial" else {}

    def _ask_request(self, customer: str, serial: str) -> None:
        self._remember("product", serial)
        self._open(
            "register",
            BY_KEY["register"].form,
            {"reported_on": self._session.today.isoformat(), **self._draft("register")},
            lambda values: job_commands.register_job(self._session, values, customer, serial),
            self._registered,
        )

    def _registered(self, made: Job, onward: bool) -> None:
        self._session.store.drafts.drop(NEW, "new_job")
        self._screen.host.open_job(made.id, onward)

    def _draft(self, step: str) -> Values:
        return self._session.store.drafts.load(NEW, step)

    def _remember(self, what: str, code: str) -> None:
        self._begun[what] = code
        self._session.store.drafts.save(NEW, "new_job", self._begun)

    def _pick(self, what: str, seek: Seek, then: Any) -> None:
        say_ = self._screen.t

        def new(text: str) -> Option:
            return Option(REGISTER + text, say_(f"screen.new_{what}", named=text).rstrip())

        chosen = (str(self._begun[what]),) if self._begun.get(what) else ()
        title = " › ".join([say_("key.new_job"), *self._who, say_(f"record.{what}")])
        self._screen.app.push_screen(PickScreen(title, (), chosen, offer=new, seek=seek), then)

    def _open(
        self, step: str, model: Any, values: Values, submit: Any, then: Callable[[Any, bool], None],
        follow: Follow = no_more,
    ) -> None:  # fmt: skip
        drafts = self._session.store.drafts
        name = f"record.{step}" if step != "register" else "step.register"
        who = self._who

        def finish(typed: Values) -> Any:
            made = submit(typed)
            drafts.drop(NEW, step)
            return made

        def title(lang: Lang) -> str:
            return " › ".join([say("key.new_job", lang), *who, say(name, lang)])

        spec = FormSpec(
            title=title,
            model=model,
            values=values,
            keep=lambda typed: drafts.save(NEW, step, typed),
            submit=finish,
            done=lambda lang: say("screen.step_saved", lang, step=say(name, lang)),
            scope=step,
            goes_on=step == "register",
            follow=follow,
        )
        self._screen.open_form(spec, lambda made, onward: then(made, onward) if made else None)


def _customer_option(item: Customer) -> Option:
    more = " · ".join(part for part in (item.phone, item.address) if part)
    return Option(item.id, item.name, more, f"{item.name}\n{item.phone}\n{item.address}")


def _product_option(item: Product, model: str, own: bool, lang: Lang) -> Option:
    more = say("screen.own_product" if own else "screen.other_product", lang)
    if item.retired_on is not None:
        key = "screen.exchanged_product" if item.replaced_by else "screen.retired_product"
        more = say(key, lang, new=item.replaced_by)
    return Option(
        item.serial,
        f"{item.serial} {model}",
        more,
        f"{item.serial}\n{item.model}\n{model}",
    )
