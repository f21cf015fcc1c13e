"""Plausible jobs made by chance: the same seed, day and catalogue give the same jobs.

For demonstrations and benchmarks. How often what happens is made up; nobody in it exists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.job.model import Job

SPREAD_DAYS = 180
"""The jobs lie in this many days, the last of them the day before the one given."""
ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Made:
    """A job up to its diagnosis, as what was entered in each form. `at` is the visit, `history`
    the earlier repairs of the product."""

    id: str
    customer_id: str
    at: datetime
    customer: Mapping[str, Any]
    product: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    request: Mapping[str, Any]
    diagnosis: Mapping[str, Any]

    @property
    def job(self) -> Job:
        """The document, as far as the rules need it."""
        lines = [
            {"line": number, **line}
            for number, line in enumerate(self.diagnosis.get("lines", ()), start=1)
        ]
        return Job.model_validate(
            {
                "id": self.id,
                "kind": self.request["kind"],
                "mode": self.request["mode"],
                "customer": {"id": self.customer_id, **self.customer},
                "product": {"id": self.product["serial"], "history": self.history, **self.product},
                "request": {"number": "", **self.request},
                "diagnosis": {**self.diagnosis, "lines": lines},
            }
        )


def generate(count: int, seed: int, day: date, catalogue: Catalogue) -> Iterator[Made]:
    """So many jobs, in the order of their visits, none of them on or after `day`."""
    random = Random(seed)
    minutes = sorted(random.randrange(SPREAD_DAYS * 9 * 60) for _ in range(count))
    parts: dict[str, list[str]] = {}
    for part in catalogue.parts:
        parts.setdefault(part.component, []).append(part.sku)
    first = day - timedelta(days=SPREAD_DAYS)
    for number, minute in enumerate(minutes):
        days, within = divmod(minute, 9 * 60)
        at = datetime.combine(first + timedelta(days=days), time(9), ZONE)
        yield _Maker(random, catalogue, parts, at + timedelta(minutes=within), number).make()


_Weighted = Mapping[Any, float]
_KINDS = {"repair": 88, "run_in_service": 6, "periodic_maintenance": 4, "delivery_installation": 2}
_MODES = {"home_visit": 70, "outlet": 26, "outsourced": 4}
_TIERS = {"regular": 70, "loyal": 22, "vip": 8}
_USES = {"household": 85, "commercial_delivery": 12, "commercial_rental": 3}
_PROOFS = {"invoice_and_card": 93, "none": 5.5, "altered_card": 1.5}
_LINES = {1: 75, 2: 20, 3: 5}
_COMPONENTS = {
    "wearing": 22, "tyre": 10, "inner_tube": 9, "battery_lithium": 12, "battery_lead": 12,
    "controller": 9, "charger": 8, "motor_hall_bearing": 6, "motor_brushless": 5,
    "throttle_brake_lever_switch": 6, "display": 4, "horn_light_dcdc_flasher": 4,
    "wiring_harness": 2, "ignition_lock": 2, "axle_bb_freewheel": 2, "swingarm_shock_fork": 1,
    "frame_fork_handlebar": 1, "plating_paint_large": 1,
}  # fmt: skip
_CAUSES = {
    "manufacturing": 55, "unknown": 14, "wear": 6, "ageing": 4, "immersion": 8, "misuse": 5,
    "collision": 6, "overload": 2,
}  # fmt: skip
_CAUSES_OF: Mapping[str, _Weighted] = {
    "wearing": {"wear": 96, "external": 4},
    "tyre": {"wear": 55, "external": 30, "manufacturing": 15},
    "inner_tube": {"external": 65, "manufacturing": 35},
    "battery_lithium": {"ageing": 55, "manufacturing": 25, "unknown": 15, "immersion": 5},
    "battery_lead": {"ageing": 65, "manufacturing": 20, "unknown": 15},
}
_FINDINGS = {
    "opened": 2, "unauthorised_repair": 1.5, "non_original_part": 1.5, "rewired": 1,
    "casing_cracked": 1, "label_torn": 1, "deep_discharged": 2, "self_patched": 1.5,
    "no_fault_found": 3,
}  # fmt: skip
_HAZARDS = {"flooded": 10, "heat": 6, "leak": 4, "swelling": 5, "odour": 3, "smoke": 1}
_MODIFICATIONS = {
    "rain_canopy": 20, "luggage_box": 18, "child_seat": 12, "added_load": 12, "rewired": 5,
    "speed_limiter_removed": 10, "battery_changed": 6, "controller_changed": 4, "other": 8,
}  # fmt: skip
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_NAMES = ("安宁", "一帆", "知夏", "明远", "若水", "思齐", "乐天", "清和", "向南", "言之", "景行")
_STREETS = ("柳岸路", "青石街", "南塘巷", "望江路", "槐荫街", "鹭洲大道", "听雨巷")
_SYMPTOMS = {
    "repair": "does not run as it should",
    "run_in_service": "run-in service",
    "periodic_maintenance": "maintenance",
    "delivery_installation": "delivery",
}


@dataclass
class _Maker:
    """Makes one job; the order of the draws is what the seed stands for."""

    random: Random
    catalogue: Catalogue
    parts: Mapping[str, list[str]]
    at: datetime
    number: int

    def make(self) -> Made:
        """The job."""
        kind = self._one_of(_KINDS)
        bought = self.at.date() - timedelta(days=self._age(kind))
        product = self._product(kind, bought)
        lines = self._lines(product, bought) if kind == "repair" else []
        reported = self.at.date() - timedelta(days=self.random.choice((0, 0, 1, 2)))
        diagnosis: dict[str, Any] = {"lines": lines}
        if self._chance(1.5):
            diagnosis["hazards"] = [self._one_of(_HAZARDS)]
            diagnosis["temperature_rising"] = False
        if any(line["component"].startswith("battery") for line in lines) and self._chance(4):
            diagnosis["charger"] = "non_original"
        return Made(
            id=self._id(),
            customer_id=self._id(),
            at=self.at,
            customer=self._customer(),
            product=product,
            history=self._history(lines, bought),
            request={
                "kind": kind,
                "mode": self._one_of(_MODES) if kind != "delivery_installation" else "home_visit",
                "reported_on": max(bought, reported),
                "symptom": _SYMPTOMS[kind],
                "distance_km": self.random.randint(1, 18),
            },
            diagnosis=diagnosis,
        )

    def _one_of(self, weighted: _Weighted) -> Any:
        return self.random.choices(list(weighted), list(weighted.values()))[0]

    def _chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def _id(self) -> str:
        """An id of the form that this program gives, of the moment of the visit."""
        bits = self.random.getrandbits(74)
        value = int(self.at.timestamp() * 1000) << 80 | 0x7 << 76 | (bits >> 62) << 64
        return str(UUID(int=value | 0b10 << 62 | bits & ((1 << 62) - 1)))

    def _age(self, kind: str) -> int:
        """Days since the purchase."""
        if kind == "delivery_installation":
            return 0
        if kind == "run_in_service":
            return self.random.randint(5, 30)
        if self._chance(35):  # what is failing is shown before the warranty ends, or soon after
            return int(self.random.triangular(270, 470, 380))
        return 3 + int(self.random.betavariate(1.2, 2) * 1_200)

    def _customer(self) -> dict[str, Any]:
        name = self.random.choice(_SURNAMES) + self.random.choice(_NAMES)
        where = f"{self.random.choice(_STREETS)}{self.random.randint(1, 300)}号"
        phone = f"000-{self.number:07d}"
        return {"name": name, "phone": phone, "address": where, "tier": self._one_of(_TIERS)}

    def _product(self, kind: str, bought: date) -> dict[str, Any]:
        model = self.random.choice(self.catalogue.models).code
        made = bought - timedelta(days=self.random.randint(20, 200))
        proof = "invoice_and_card" if kind == "delivery_installation" else self._one_of(_PROOFS)
        product: dict[str, Any] = {
            "serial": f"{model.removeprefix('QL-')}-{made:%y%m}-{self.number:06d}",
            "model": model,
            "manufacture_date": made,
            "proof": proof,
            "use": self._one_of(_USES),
            "history_known": True,
        }
        if proof != "none":
            product["purchase_date"] = bought
        if self._chance(3):
            product |= {"second_owner": True, "invoice_handed_over": self._chance(60)}
        if self._chance(5):
            product["modifications"] = [self._one_of(_MODIFICATIONS)]
        return product

    def _lines(self, product: Mapping[str, Any], bought: date) -> list[dict[str, Any]]:
        models = {model.code: model.components for model in self.catalogue.models}
        weights = {
            name: weight
            for name, weight in _COMPONENTS.items()
            if name in models[product["model"]] or name == "wearing"
        }
        chosen = dict.fromkeys(self._one_of(weights) for _ in range(self._one_of(_LINES)))
        return [self._line(component, bought) for component in chosen]

    def _line(self, component: str, bought: date) -> dict[str, Any]:
        line: dict[str, Any] = {
            "component": component,
            "cause": self._one_of(_CAUSES_OF.get(component, _CAUSES)),
        }
        if component in self.parts and self._chance(85):
            line["part"] = self.random.choice(self.parts[component])
        else:
            line["labour_minutes"] = 20
        if component.startswith("battery") and self._chance(90):
            worn = (self.at.date() - bought).days / 22
            reading = round(self.random.gauss(96 - worn, 9))
            line["measured_capacity_percent"] = min(100, max(5, reading))
        findings = [name for name, percent in _FINDINGS.items() if self._chance(percent)]
        return line | ({"findings": findings} if findings else {})

    def _history(self, lines: Sequence[Mapping[str, Any]], bought: date) -> list[dict[str, Any]]:
        entries = []
        for line in lines:
            owned = (self.at.date() - bought).days
            if owned < 40 or not self._chance(10):
                continue
            ago = self.random.randint(4, min(owned - 3, 200))
            free = self._chance(60)
            entries.append(
                {
                    "job": "",
                    "on": self.at.date() - timedelta(days=ago),
                    "component": line["component"],
                    "part": line.get("part", ""),
                    "paid": not free,
                    "fitted": free,
                    "sold": not free,
                    "under_warranty": free,
                }
            )
        return entries
