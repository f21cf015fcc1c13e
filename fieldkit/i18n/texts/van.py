"""What is said about the van, parts on order, and what holds jobs up."""

_SCREEN = {
    "van": ("The van", "车载配件"),
    "van_of": ("parts on board: {count}", "在车配件 {count} 件"),
    "in_van": ("van {count}", "车上 {count}"),
    "in_van_instead": ("van {count}, instead {parts}", "车上 {count}，可换用 {parts}"),
    "set_aside": ("{count} set aside", "预留 {count}"),
    "usual_load": ("of {count}", "应有 {count}"),
    "over_used": ("more used than loaded: count it", "用量超过装车量，请盘点"),
    "count_it": (
        "Enter counts it: what you find on board is right from then on.",
        "按 Enter 盘点：以车上实有数量为准。",
    ),
    "van_loaded": ("The parts are on board.", "配件已装车。"),
    "van_counted": ("Counted.", "已盘点。"),
    "short_of": (
        "Not enough in the van: {part}. Needed {needed}, there {there}.",
        "车上不足：{part}，需要 {needed}，现有 {there}。",
    ),
    "short_instead": ("In its place: {parts}.", "可用替代件：{parts}。"),
    "short_next": (
        "If it cannot be had now, go back and choose “{order}”, then “{carry}”.",
        "现在拿不到时，请返回办理“{order}”，再“{carry}”。",
    ),
    "waits_for": ("Waits for: {order}", "等待配件：{order}"),
    "expected": ("expected {date}", "预计 {date} 到"),
    "not_expected": ("nobody knows when", "到货时间未知"),
    "waits": ("waits: part", "等配件"),
    "on_order": ("Part on order", "配件订货"),
    "resolved_by": ("Resolved {moment} by {who}: {how}", "{moment} 由{who}解除：{how}"),
    "section.gone": ("Over ({count})", "已解除（{count}）"),
    "not_open": ("That holds nothing up any more.", "该事项已不再阻碍工单。"),
}

_KEYS = {
    "van": ("Van", "车载配件"),
    "load": ("Load", "装车"),
    "count": ("Count", "盘点"),
    "resolve": ("Resolved", "解除"),
}

_HELP = {
    "van": ("What is in the van; load it and count it.", "查看车载配件，装车或盘点。"),
    "load": (
        "Record parts that come on board; what is missing to the usual load is filled in.",
        "登记装车的配件，已填入与日常配备相比的缺额。",
    ),
    "count": (
        "Record how many of the part under the cursor there are.",
        "登记光标所在配件的实有数量。",
    ),
    "resolve": (
        "It is over: say how. Of a part on order: it is here.",
        "已解除：填写如何解决。订货配件：已到货。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"screen.{key}": both for key, both in _SCREEN.items()},
    **{f"key.{key}": both for key, both in _KEYS.items()},
    **{f"help.{key}": both for key, both in _HELP.items()},
    "place.van": ("The van", "车载配件"),
    "record.van": ("Van", "服务车"),
    "step.order_part": ("Order a part", "订购配件"),
    "step.resolve_blocker": ("Resolve a blocker", "解除后台障碍"),
    "why.nothing_blocked": (
        "Nothing holds this job up behind the front line.",
        "此工单没有待解除的后台障碍。",
    ),
    "label.source": ("Taken from", "来源"),
    "label.expected_on": ("Expected on", "预计到货"),
    "label.how": ("How it was resolved", "如何解决"),
    "label.parts.source": ("Taken from (else the van)", "来源（默认车上）"),
    "label.van_load.parts": ("Parts on board", "装车配件"),
    "label.van_count.quantity": ("Found on board", "车上实有"),
    "label.resolve_blocker.how": ("How it was resolved", "如何解决"),
    "value.van": ("The van", "车上"),
    "value.source.outlet": ("The outlet", "网点"),
    "empty.van": (
        "Nothing is recorded of the van. {key:van.load} loads it; the usual load is filled in.",
        "尚无车载配件记录。按 {key:van.load} 装车，已填入日常配备。",
    ),
    "cli.van_empty": (
        "Nothing is recorded of this van. Load it with: fieldkit van load PART=QUANTITY",
        "尚无车载配件记录。请运行 fieldkit van load 配件=数量 装车。",
    ),
    "cli.van_changed": ("The van holds {count} × {part}.", "车上现有 {part} {count} 件。"),
    "cli.held_up": ("{number}  {technician}  {what}  ({moment})",) * 2,
    "cli.nothing_blocked": ("Nothing holds a job up.", "没有阻碍工单的事项。"),
}
