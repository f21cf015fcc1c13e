"""Why a verdict is as it is, and what would change it, in words."""

from typing import TYPE_CHECKING

from fieldkit.i18n import Lang, say, say_date, say_money, say_value

if TYPE_CHECKING:
    from fieldkit.domain.core.decision import Decision, LineDecision

_INPUTS = {
    "purchase_date": ("the purchase date", "购买日期"),
    "report_date": ("the date of the report", "报修日期"),
    "manufacture_date": ("the date of manufacture", "出厂日期"),
    "run_in_booked_on": ("the day of booking the run-in service", "预约磨合保养的日期"),
    "exchanged_on": ("the day of the exchange", "换货日期"),
    "previous_repair_date": ("the day of the last repair", "上次修理日期"),
    "part_fitted_free_on": ("the day the part was fitted free", "免费更换配件的日期"),
    "part_sold_on": ("the day the part was sold", "配件售出日期"),
    "proof": ("the proof", "购买凭证"),
    "use": ("the use", "产品用途"),
    "customer_tier": ("the customer tier", "客户等级"),
    "charger": ("the charger", "所用充电器"),
    "service_mode": ("the place of service", "服务方式"),
    "cause": ("the cause", "故障原因"),
    "hazards": ("the hazards", "危险迹象"),
    "modifications": ("the modifications", "改装"),
    "measured_capacity_percent": ("the measured capacity in percent", "实测容量百分比"),
    "charge_cycles": ("the charge cycles", "充电循环次数"),
    "mileage_km": ("the mileage in km", "行驶里程（公里）"),
    "refurbished_months": ("the months on the card", "保修卡月数"),
    "measured_speed_kmh": ("the measured top speed in km/h", "实测最高车速（公里/时）"),
    "temperature_c": ("the temperature in °C", "温度（℃）"),
    "failed_warranty_repairs": ("the number of failed repairs", "未修好的保修次数"),
    "second_owner": ("“second owner”", "“非首任用户”"),
    "invoice_handed_over": ("“invoice handed over”", "“发票随产品转交”"),
    "serial_mismatch": ("“serial differs from the card”", "“产品编号与保修卡不符”"),
    "clearance_goods": ("“clearance goods”", "“处理品”"),
    "refurbished": ("“sold as refurbished”", "“翻新品”"),
    "waits_for_part": ("“waits for a part”", "“等待配件”"),
    "run_in_already_done": ("“run-in service used”", "“已做过免费磨合保养”"),
    "temperature_rising": ("“getting hotter”", "“温度持续升高”"),
    "serial_in_recall": ("“serial in the recall”", "“在召回范围内”"),
    "same_fault": ("“same fault as last time”", "“与上次为同一故障”"),
    "previous_repair_paid": ("“last repair was paid”", "“上次修理已收费”"),
}
_VALUES = {
    "invoice_and_card": "有发票和保修卡",
    "none": "无凭证",
    "altered_card": "保修卡被涂改",
    "household": "家庭自用",
    "commercial_delivery": "营运送货",
    "commercial_rental": "营运租赁",
    "company": "单位自用",
    "group_purchase": "团购",
    "public": "公共使用",
    "regular": "普通顾客",
    "loyal": "老顾客",
    "vip": "贵宾",
    "home_visit": "上门",
    "outlet": "到店",
    "remote": "远程",
    "outsourced": "委外",
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"input.{name}": both for name, both in _INPUTS.items()},
    **{f"input_value.{code}": (code, zh) for code, zh in _VALUES.items()},
    "error.not_decided": (
        "Job {job} has no decision yet. Do its step decide first.",
        "工单 {job} 尚未判定。请先完成“判定”步骤。",
    ),
    "error.no_stored_decision": ("No decision is stored here yet.", "本机还没有判定记录。"),
    "change.values": ("{name} were {values}", "{name}为{values}"),
    "change.yes": ("{name} were recorded as yes", "{name}记录为“是”"),
    "change.no": ("{name} were recorded as no", "{name}记录为“否”"),
    "change.from": ("{name} were on or after {low}", "{name}在 {low} 当天或之后"),
    "change.until": ("{name} were on or before {high}", "{name}在 {high} 当天或之前"),
    "change.at_least": ("{name} were {low} or more", "{name}不小于 {low}"),
    "change.at_most": ("{name} were {high} or less", "{name}不超过 {high}"),
    "change.between": ("{name} were from {low} to {high}", "{name}在 {low} 至 {high} 之间"),
    "change.exactly": ("{name} were {low}", "{name}为 {low}"),
    "change.any": ("{name} were recorded", "{name}有记录"),
    "change.added": ("{name} included {values}", "{name}包括{values}"),
    "change.removed": ("{name} did not include {values}", "{name}不包括{values}"),
    "change.or": (" or ", "或"),
    "change.and": (" and ", "，且"),
    "change.if": ("{charge} if {what}", "若{what}，则{charge}"),
    "explain.line": ("Line {line}: {charge}, {amount}", "第{line}行：{charge}，{amount}"),
    "explain.line_only": ("Line {line}", "第{line}行"),
    "explain.whole": ("The whole record", "整单"),
    "explain.pack": (
        "Decided by {name} revision {revision} ({sha256})",
        "依据规则包 {name} 第{revision}版（{sha256}）",
    ),
    "explain.pack_today": (
        "What is due from now on by revision {revision} ({sha256})",
        "后续事项依据第{revision}版（{sha256}）",
    ),
    "explain.no_pack": (
        "That pack is not at hand, so why other rules did not decide cannot be said.",
        "本机没有该规则包，无法说明其他规则为何不适用。",
    ),
    "explain.engines": (
        "The two engines differed, so a supervisor decides: {report}",
        "两个引擎结果不一致，须由主管决定：{report}",
    ),
    "explain.engine_missing": (
        "Decided by the reference engine alone: durable_rules could not be loaded on the laptop "
        "(see: fieldkit doctor). The office judges again by both.",
        "仅由参考引擎判定：该电脑无法加载 durable_rules（见：fieldkit doctor）。"
        "公司会用两个引擎复核。",
    ),
    "explain.step": ("{table}: {rule}", "{table}：{rule}"),
    "explain.no_rule": ("{table}: no rule holds", "{table}：没有适用的规则"),
    "explain.holds": ("{condition}; it is {actual}", "{condition}；实际为 {actual}"),
    "explain.missed": (
        "not {rule}, which needs “{condition}”: it is {actual}",
        "非 {rule}：须“{condition}”，实际为 {actual}",
    ),
    "explain.absent": ("not recorded", "未记录"),
    "explain.source": ("source: {source}", "依据：{source}"),
    "explain.would_change": ("What would change it:", "什么会改变结果："),
    "explain.no_change": (
        "No change of what was recorded would.",
        "没有任何记录的改动会改变结果。",
    ),
    "explain.more": ("and {count} more (--json shows all)", "另有 {count} 项（--json 可全部列出）"),
    "error.replay_what": (
        "Name a job, or say --all for every stored decision.",
        "请指定一个工单，或用 --all 核对全部判定记录。",
    ),
    "replay.missing": (
        "{job}: cannot be verified: pack revision {revision} is not at hand",
        "{job}：无法核对：本机没有规则包第{revision}版",
    ),
    "replay.differs": (
        "{job}: {what}: stored {stored}, now {now}",
        "{job}：{what}：记录为 {stored}，现为 {now}",
    ),
    "replay.same": (
        "{same} of {count} decisions come out the same.",
        "{count} 个判定中 {same} 个重算结果一致。",
    ),
    "cover.chain": ("This is counted so: {parts}.", "计算依据：{parts}。"),
    "cover.and": ("; ", "；"),
    "cover.start_exchange": ("from the exchange on {day}", "自换货之日{day}起算"),
    "cover.start_no_proof": (
        "from {day}, {days} days after it was made, because there is no proof of purchase",
        "无购买凭证，自出厂后第{days}天（{day}）起算",
    ),
    "cover.start_next_owner": (
        "from {day}, {days} days after it was made, because the invoice was not handed over",
        "发票未随产品转交，自出厂后第{days}天（{day}）起算",
    ),
    "cover.refurbished": (
        "a term of {months} months, because it was sold as refurbished",
        "翻新品，保修期{months}个月",
    ),
    "cover.halved": (
        "{half} months instead of {months}, because of its use ({use})",
        "因用途（{use}），保修期由{months}个月减半为{half}个月",
    ),
    "cover.paused": (
        "{days} days added for the time in repair or waiting for parts",
        "因修理或等待配件顺延{days}天",
    ),
    "cover.part_fitted": (
        "the part that was fitted free on {day} has a guarantee of {days} days",
        "{day}免费更换的配件保用{days}天",
    ),
    "cover.part_sold": (
        "the part that was sold on {day} has a guarantee of {days} days",
        "{day}售出的配件保用{days}天",
    ),
    "cover.workmanship": (
        "the repair of {day} must hold {days} days",
        "{day}的修理须保用{days}天",
    ),
    "cover.holiday": (
        "the last day is a public holiday, so the last day to report is {day}",
        "截止日为法定节假日，报修期限顺延至{day}",
    ),
    "explain.rules": (
        "Rules {coverage}, {charge}; {name} revision {revision}, {sha256}",
        "规则 {coverage}、{charge}；{name} 第{revision}版，{sha256}",
    ),
}


def say_short(decision: "Decision", line: "LineDecision", lang: Lang) -> list[str]:
    """Why a line costs what it costs, in three lines for the customer's paper: the verdict, the
    reason, and the rules with the pack by which anybody can check it."""
    charge, amount = say_value(line.charge, lang, "charge"), say_money(line.customer_pays_fen, lang)
    verdict = say("explain.line", lang, line=line.line, charge=charge, amount=amount)
    if (last := decision.told_until(line)) is not None:
        until = say("cli.covered_until", lang, day=say_date(last, lang))
        verdict += f" ({until})" if lang == "en" else f"（{until}）"
    rules = say(
        "explain.rules",
        lang,
        coverage=line.coverage_rule,
        charge=line.rule,
        name=decision.pack.name,
        revision=decision.pack.revision,
        sha256=decision.pack.sha256[:12],
    )
    return [verdict, line.because.say(lang), rules]
