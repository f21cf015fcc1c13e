"""Sentences of the office: what its people are told, and why something is refused."""

_DUTIES = {
    "escalation": ("must be told", "须告知"),
    "approval": ("approval asked for", "待审批"),
    "promise": ("promised back", "承诺归还"),
    "visit": ("visit", "上门"),
    "reply": ("complaint: answer", "投诉：答复"),
    "interim": ("complaint: interim word", "投诉：告知进展"),
    "solve": ("complaint: solution", "投诉：解决"),
    "follow_up": ("follow-up call", "回访"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"duty.{key}": both for key, both in _DUTIES.items()},
    "cli.person": (
        "{name}  area {area}  skills {skills}  {jobs} open jobs",
        "{name}  区域 {area}  技能 {skills}  未完成工单 {jobs} 个",
    ),
    "cli.person_away": (
        "{name}  area {area}  skills {skills}  {jobs} open jobs  (away)",
        "{name}  区域 {area}  技能 {skills}  未完成工单 {jobs} 个（暂不派工）",
    ),
    "cli.same_area": ("same area", "同区域"),
    "cli.other_area": ("other area", "其他区域"),
    "cli.candidate": (
        "{name}  {where}  skills {skills}  {jobs} open jobs",
        "{name}  {where}  技能 {skills}  未完成工单 {jobs} 个",
    ),
    "cli.no_candidates": (
        "There is nobody to send. Describe one with: fieldkit office person NAME --area AREA",
        "没有可派的技师。请先登记：fieldkit office person 姓名 --area 区域",
    ),
    "cli.dispatched": ("{technician} is sent.", "已派 {technician}。"),
    "cli.complaint_made": ("The complaint is recorded: {id}", "投诉已登记：{id}"),
    "cli.complaint_next": ("Done. Next: {step}", "已完成。下一步：{step}"),
    "cli.complaint_done": ("Done. That was the last step.", "已完成，全部步骤已办结。"),
    "cli.kept_aside": ("{count} records are kept aside in the job.", "工单中另存 {count} 条记录。"),
    "cli.overdue": ("OVERDUE", "已逾期"),
    "cli.told": ("Recorded: {level} was told.", "已记录：{level} 已告知。"),
    "why.nothing_to_resolve": (
        "This job has no such flag, or it was settled already. Nothing was changed.",
        "此工单没有该标记，或已处理。未做任何更改。",
    ),
    "why.nothing_to_tell": (
        "The decision does not ask for this, or it was told already. Nothing was changed.",
        "判定不要求告知该部门，或已告知。未做任何更改。",
    ),
    "error.sync.nobody_to_send": (
        "There is nobody to send. Nothing was changed. Describe a technician with: fieldkit "
        "office person NAME --area AREA",
        "没有可派的技师，未做任何更改。请先登记：fieldkit office person 姓名 --area 区域",
    ),
}
"""Messages of the office."""
