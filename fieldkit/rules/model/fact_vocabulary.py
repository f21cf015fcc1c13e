"""Every fact that a rule may read: one declaration each, in one place.

`FACTS` declares type, unit, range and meaning; the values of the trade (components, causes,
hazards ...) come from the pack by `facts_of`; `deciding/facts.py` fills them all from a case. A
fact that was not recorded, or cannot be known, is absent. Facts of a job are seen by line tables
too. Multi-valued things are one bool a value (`hazard.smoke`); free text is no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from fieldkit.domain.core.decision import Text
from fieldkit.rules.model import case
from fieldkit.rules.model.pack import FactDef, FactType, ForEach, Scope, Values

REMEDIES = ("replace", "repair", "repair_else_replace", "staged", "none")
COVERED_BY = ("term", "part_fitted", "part_sold", "workmanship", "run_in")


@dataclass(frozen=True, slots=True)
class ParamDef:
    """A param that code reads; `unit` is its unit. `default` stands in for it in packs that are
    older than it is; one without must be in every pack."""

    unit: str
    low: int
    high: int
    default: int | None = None


_DAYS = (-36_500, 36_500)  # a hundred years either way


def _fact(
    name: str,
    type_: FactType,
    scope: Scope,
    en: str,
    zh: str,
    *,
    unit: str = "",
    values: Iterable[str] = (),
    between: tuple[int | None, int | None] = (None, None),
    always: bool = False,
) -> FactDef:
    if type_ == "money":
        unit, between = "fen", (0, 1_000_000_000)
    low, high = between
    return FactDef(name, type_, scope, Text(en=en, zh=zh), unit, tuple(values), low, high, always)


def _recorded_enum(name: str, scope: Scope, alias: object, en: str, zh: str) -> FactDef:
    return _fact(name, "enum", scope, en, zh, values=get_args(alias))


_JOB = (
    _recorded_enum("job_kind", "job", case.JobKind, "kind of job", "工单类型"),
    _recorded_enum("customer_tier", "job", case.CustomerTier, "tier of the customer", "客户等级"),
    _recorded_enum("service_mode", "job", case.ServiceMode, "where it is served", "服务方式"),
    _recorded_enum("proof", "job", case.Proof, "proof of purchase shown", "购买凭证"),
    _recorded_enum("use", "job", case.Use, "what the product is used for", "产品用途"),
    _fact("household", "bool", "job", "used by a household, or use unknown",
          "家庭使用（或未记录）", always=True),
    _fact("line_count", "int", "job", "number of lines", "行数", unit="count",
          between=(0, 999), always=True),
    _fact("extra_km", "int", "job", "started kilometres beyond those included",
          "超出起步里程的公里数（不足一公里按一公里）", unit="km", between=(0, 2_000)),
    _fact("start_date", "date", "job", "day the warranty clock starts", "保修起算日"),
    _fact("days_since_start", "int", "job", "days from the start to the report; day 0 is the start",
          "起算日到报修日的天数（起算日为第0天）", unit="days", between=_DAYS),
    _fact("month_of_ownership", "int", "job", "month of ownership on the day of the report, from 1",
          "报修日处于第几个月（从1起）", unit="months", between=(-1_200, 1_200)),
    _fact("exchanged", "bool", "job", "the product itself was an exchange", "本产品为换新产品",
          always=True),
    _fact("second_owner", "bool", "job", "not the first owner", "非首任用户"),
    _fact("invoice_handed_over", "bool", "job", "the invoice came with the product",
          "发票随产品转交", always=True),
    _fact("serial_mismatch", "bool", "job", "serial differs from the card", "产品编号与保修卡不符"),
    _fact("clearance_goods", "bool", "job", "sold as clearance goods", "处理品"),
    _fact("refurbished", "bool", "job", "sold as refurbished", "翻新品", always=True),
    _fact("serial_in_recall", "bool", "job", "the product is under a recall", "本产品在召回范围内",
          always=True),
    _fact("recall_named", "bool", "job", "the recall names its component",
          "召回已指明部件", always=True),
    _fact("measured_speed_kmh", "int", "job", "measured top speed", "实测最高车速", unit="km/h",
          between=(0, 300)),
    _fact("mileage_km", "int", "job", "mileage", "行驶里程", unit="km", between=(0, 1_000_000)),
    _fact("charger", "enum", "job", "which charger is used", "所用充电器"),
    _fact("temperature_c", "int", "job", "measured temperature", "实测温度", unit="celsius",
          between=(-60, 1_500)),
    _fact("heat_rising", "bool", "job",
          "hot and getting hotter; heat counts as rising unless measured otherwise",
          "发热且持续升温（未测明不升温的按升温处理）", always=True),
    _fact("papers_in_doubt", "bool", "job", "card altered or serial mismatch",
          "保修卡被涂改或产品编号不符", always=True),
    _fact("most_failed_repairs", "int", "job",
          "most failed warranty repairs of one fault of a main component",
          "主要部件同一故障未修好的最多保修次数", unit="count", between=(0, 99)),
    _fact("outlet_cannot_solve", "bool", "job", "the outlet cannot handle the fault",
          "网点无法处理"),
    _fact("waits_for_part", "bool", "job", "a part that it needs is on order", "所需配件在订货中"),
    _fact("promised_days", "int", "job", "days from the take-in to the promised date",
          "从收取到承诺交还的天数", unit="days", between=(0, 36_500)),
    _fact("days_past_promise", "int", "job", "days past the promised date, while not returned",
          "超过承诺日期的天数（尚未交还）", unit="days", between=_DAYS),
    _fact("repair_days_by_repairer", "int", "job", "days in repair by the repairer's fault",
          "因修理者原因的修理天数", unit="days", between=(0, 36_500)),
    _fact("parts_waiting_days", "int", "job", "days waiting for parts", "等待配件的天数",
          unit="days", between=(0, 36_500)),
    _fact("same_model_available", "bool", "job", "the same model can be had for an exchange",
          "有同型号产品可换"),
    _fact("run_in_already_done", "bool", "job", "the free run-in service was used",
          "已做过免费磨合保养"),
    _fact("run_in_in_time", "bool", "job", "run-in reported or booked before its last day",
          "在磨合保养期限内到店或预约"),
)  # fmt: skip

_LINE = (
    _fact("component", "enum", "line", "component", "部件", always=True),
    _fact("system", "enum", "line", "what the component belongs to (terms.yaml)", "所属系统",
          always=True),
    _fact("main_component", "bool", "line", "a main component (terms.yaml)", "主要部件",
          always=True),
    _fact("component_remedy", "enum", "line", "remedy due in warranty (terms.yaml)",
          "保修内的处理方式", values=REMEDIES, always=True),
    _fact("has_term", "bool", "line", "the component has a warranty term", "该部件有保修期",
          always=True),
    _fact("part_recorded", "bool", "line", "a part is fitted on this line", "本行更换配件",
          always=True),
    _fact("cause", "enum", "line", "cause found", "故障原因"),
    _fact("measured_capacity_percent", "int", "line", "measured capacity",
          "实测容量", unit="percent", between=(0, 150)),
    _fact("charge_cycles", "int", "line", "charge cycles", "充电循环次数", unit="count",
          between=(0, 100_000)),
    _fact("under_recall", "bool", "line", "the serial is in a recall of this component",
          "该部件在召回范围内", always=True),
    _fact("covered_until", "date", "line", "last covered day", "保修截止日"),
    _fact("claim_until", "date", "line", "last day to claim, past statutory holidays",
          "可报修的最后一天（顺延法定节假日）"),
    _fact("covered_by", "enum", "line", "which promise gives the last covered day",
          "保修依据", values=COVERED_BY),
    _fact("claim_open", "bool", "line", "reported by the last day to claim", "报修在期限内"),
    _fact("days_past_expiry", "int", "line",
          "days from the last day to claim to the report; a repair that did not hold long enough "
          "counts only where nothing else was promised",
          "超过保修期的天数（另有保修依据的，不计修理质保期）", unit="days", between=(0, 36_500)),
    _fact("repair_guarantee_open", "bool", "line",
          "the same fault within the time that a repair must hold", "同一故障在修理质保期内再现"),
    _fact("part_sold_on", "date", "line", "the day a part was sold for it", "配件售出日期"),
    _fact("sold_part_open", "bool", "line", "within the guarantee of the part that was sold",
          "在所售配件的保用期内"),
    _fact("previous_repair_date", "date", "line", "the repair before", "上次修理日期"),
    _fact("previous_repair_paid", "bool", "line", "the customer paid for it", "上次修理已收费"),
    _fact("same_fault", "bool", "line", "the same fault as then", "与上次为同一故障"),
    _fact("failed_warranty_repairs", "int", "line", "warranty repairs that did not cure this fault",
          "此故障未修好的保修次数", unit="count", between=(0, 99)),
    _fact("part_price_fen", "money", "line", "full price of the parts", "配件原价", always=True),
    _fact("labour_price_fen", "money", "line", "full price of the labour", "工时原价",
          always=True),
)  # fmt: skip

_COMPLAINT = (
    _recorded_enum("complaint_class", "complaint", case.ComplaintClass, "class", "投诉类别"),
    _recorded_enum("complaint_cause", "complaint", case.ComplaintCause, "what it is about",
                   "投诉原因"),
    _fact("threat_to_publish", "bool", "complaint", "says it will be made public",
          "扬言曝光"),
    _fact("threat_to_authority", "bool", "complaint", "says an authority will be told",
          "扬言向主管部门举报"),
    _fact("safety", "bool", "complaint", "smoke, hiss or rising heat is reported",
          "反映冒烟、嘶嘶声或升温", always=True),
)  # fmt: skip

_SURVEY = (
    _fact("lowest_score", "int", "survey", "lowest of the scores given", "最低分", unit="score",
          between=(1, 5)),
    _fact("mean_score_percent", "int", "survey", "mean score times 100, rounded down",
          "平均分乘100（向下取整）", unit="percent", between=(100, 500)),
    _fact("scores_given", "int", "survey", "how many scores were given", "评分项数",
          unit="count", between=(0, 4), always=True),
)  # fmt: skip

FACTS: Mapping[str, FactDef] = {fact.name: fact for fact in (*_JOB, *_LINE, *_COMPLAINT, *_SURVEY)}
"""The facts of every trade. `facts_of` adds the values of one."""


def facts_of(values: Values) -> dict[str, FactDef]:
    """All facts that rules over these values may read: enums get their values, and each hazard,
    modification and finding is a fact of its own."""
    facts = {
        name: replace(fact, values=values.codes(name)) if name in values.names else fact
        for name, fact in FACTS.items()
    }
    if not values.codes("charger"):
        del facts["charger"]
    hazard, modification = ("hazard seen: ", "危险情况："), ("modification: ", "改装：")
    for section, (en, zh) in (("hazard", hazard), ("modification", modification)):
        for code, name in values.names[section].items():
            each = f"{section}.{code}"
            means = en + name.en.lower(), zh + name.zh
            facts[each] = _fact(each, "bool", "job", *means, always=True)
    for code, name in values.names["finding"].items():
        facts[code] = _fact(code, "bool", "line", name.en.lower(), name.zh)
    return facts


# Facts that are there together or not at all.
PRESENT_TOGETHER = (
    frozenset({"covered_until", "claim_until", "covered_by", "claim_open", "days_past_expiry"}),
    frozenset({"start_date", "days_since_start", "month_of_ownership", "run_in_in_time"}),
    frozenset({"previous_repair_date", "repair_guarantee_open"}),
    frozenset({"part_sold_on", "sold_part_open"}),
    frozenset({"lowest_score", "mean_score_percent"}),
)


PARAMS: Mapping[str, ParamDef] = {
    "no_proof_days": ParamDef("days", 0, 3_650),
    "refurbished_months": ParamDef("months", 0, 120, default=3),
    "fitted_part_days": ParamDef("days", 0, 3_650),
    "sold_part_days": ParamDef("days", 0, 3_650),
    "repair_holds_days": ParamDef("days", 0, 3_650),
    "run_in_days": ParamDef("days", 0, 3_650),
    "run_in_labour_minutes": ParamDef("minutes", 0, 6_000),
    "maintenance_labour_minutes": ParamDef("minutes", 0, 6_000, default=0),
    "call_out_included_km": ParamDef("km", 0, 2_000),
    "labour_fen_per_minute": ParamDef("fen", 0, 1_000_000),
    "heat_celsius": ParamDef("celsius", 0, 500),
}
"""The params that facts are made with."""

SETTINGS: Mapping[str, ParamDef] = {
    "technician_limit_fen": ParamDef("fen", 0, 100_000_000, default=0),
    "tax_percent": ParamDef("percent", 0, 100, default=0),
}
"""The params that the program reads and no fact is made with: what a technician may give away by
herself in a job, and the tax that is in every price."""

UNITS = (
    "days",
    "months",
    "hours",
    "workdays",
    "minutes",
    "km",
    "km/h",
    "celsius",
    "percent",
    "fen",
    "score",
    "count",
)


def visible(facts: Mapping[str, FactDef], for_each: Scope | ForEach) -> dict[str, FactDef]:
    """Those of the facts that a table over this kind of record may read."""
    scopes = ("job", "line") if for_each == "line" else (for_each,)
    return {name: fact for name, fact in facts.items() if fact.scope in scopes}
