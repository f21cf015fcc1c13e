"""Sentences of the office: what its people are told, and why something is refused."""

_DUTIES = {
    "escalation": ("must be told", "须告知"),
    "approval": ("approval asked for", "待审批"),
    "promise": ("promised back", "承诺归还"),
    "visit": ("visit", "上门"),
    "submit": ("all of a completed job at the office", "完工资料上交"),
    "reply": ("complaint: answer", "投诉：答复"),
    "interim": ("complaint: interim word", "投诉：告知进展"),
    "solve": ("complaint: solution", "投诉：解决"),
    "follow_up": ("follow-up call", "回访"),
    "help": ("help asked for", "请求协助"),
}

_FIGURES = {
    "events": ("Events", "记录"),
    "position": ("Events that count", "有效记录"),
    "events_rejected": ("Refused events that wait for a correction", "待更正的拒收记录"),
    "events_held": ("Events held until then", "暂缓的记录"),
    "events_kept_apart": ("Contradicting bytes kept apart", "另存的矛盾记录"),
    "devices": ("Laptops", "电脑"),
    "devices_seen_last_hour": ("Laptops heard of in the last hour", "一小时内联系过的电脑"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"duty.{key}": both for key, both in _DUTIES.items()},
    **{f"figure.{key}": both for key, both in _FIGURES.items()},
    "device.active": ("active", "正常"),
    "device.revoked": ("shut out", "已停用"),
    "device.forked": ("TWO DEVICES UNDER ONE NAME", "两台设备使用同一身份"),
    "cli.device": (
        "{id}  {person}  {role}  {area}  last seen {seen}  {state}  "
        "{rejected} refused, {held} held",
        "{id}  {person}  {role}  {area}  最近联系 {seen}  {state}  拒收 {rejected} 条，"
        "暂缓 {held} 条",
    ),
    "cli.conflicts": ("Conflicts to settle: {count}", "待处理的冲突：{count}"),
    "cli.checked": (
        "Checked {events} verdicts and approvals; {flagged} flagged.",
        "已复核 {events} 条判定和审批，标记 {flagged} 条。",
    ),
    "cli.backed_up": (
        "The database is in {file}. The keys are not: keep a copy of office.json apart.",
        "数据库已备份到 {file}。其中不含密钥：请另行保存 office.json。",
    ),
    "cli.restored": (
        "The backup is back, in a new epoch: the laptops send again what it lacks. The database "
        "before it is in {kept}",
        "备份已恢复，并开始新纪元：各电脑会补发缺少的内容。恢复前的数据库在 {kept}",
    ),
    "cli.new_epoch": ("New epoch: {epoch}", "新纪元：{epoch}"),
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
        "There is nobody to send. Describe one with: fieldkit office technician NAME --area AREA",
        "没有可派的技师。请先登记：fieldkit office technician 姓名 --area 区域",
    ),
    "cli.dispatched": ("{technician} is sent.", "已派 {technician}。"),
    "cli.nothing_found": (
        "Nothing here has “{text}”. Register a caller with: fieldkit office customer new",
        "没有找到“{text}”。登记来电客户：fieldkit office customer new",
    ),
    "cli.more_found": (
        "There are more: add another word, such as a street or a model.",
        "还有更多结果：请再加一个词，如街道或型号。",
    ),
    "cli.complaint_made": ("The complaint is recorded: {id}", "投诉已登记：{id}"),
    "cli.complaint_next": ("Done. Next: {step}", "已完成。下一步：{step}"),
    "cli.complaint_done": ("Done. That was the last step.", "已完成，全部步骤已办结。"),
    "cli.two_owners": (
        "  Owner: {owner}. By the other registration ({event}): {other}.",
        "  所有者：{owner}。另一条登记（{event}）：{other}。",
    ),
    "cli.same_number": (
        "  This is {job}. The number is also that of {jobs}.",
        "  本工单的内部编号为 {job}；使用同一工单号的还有 {jobs}。",
    ),
    "cli.kept_aside": ("Kept aside there: {count}.", "另存记录：{count} 条。"),
    "cli.overdue": ("OVERDUE", "已逾期"),
    "cli.told": ("Recorded: {level} was told.", "已记录：{level} 已告知。"),
    "cli.scheduled": (
        "The exchange runs every night at {time}, started by {scheduler}.",
        "每晚 {time} 由 {scheduler} 自动同步。",
    ),
    "cli.unscheduled": (
        "The exchange runs at night no more; {scheduler} has nothing of it.",
        "不再每晚自动同步；{scheduler} 中已没有该任务。",
    ),
    "error.schedule.none": (
        "This system has no scheduler that fieldkit knows: neither systemd nor cron. Nothing was "
        "changed. Print a unit with --print --for, and install it by hand.",
        "本系统没有 fieldkit 支持的计划任务（systemd 或 cron），未做任何更改。"
        "请用 --print --for 打印配置并手动安装。",
    ),
    "error.schedule.failed": (
        "{program} did not take the schedule; the exchange will not run by itself. Print the "
        "unit with --print, and install it by hand.",
        "{program} 未能接受计划任务，不会自动同步。请用 --print 打印配置并手动安装。",
    ),
    "why.nothing_to_resolve": (
        "This job has no such flag, or it was settled already. Nothing was changed.",
        "此工单没有该标记，或已处理。未做任何更改。",
    ),
    "why.nothing_to_tell": (
        "The decision does not ask for this, or it was told already. Nothing was changed.",
        "判定不要求告知该部门，或已告知。未做任何更改。",
    ),
    "error.sync.certificate": (
        "The certificate or its key cannot be read, or they do not belong together. The office "
        "was not started. Check both files.",
        "无法读取证书或私钥，或两者不匹配。服务未启动，请检查这两个文件。",
    ),
    "error.sync.fault": (
        "The office had a fault with this request. Your work is safe on this device. Sync again "
        "later; if it stays, tell the office.",
        "公司处理此请求时出错。您的工作已安全保存在本机。请稍后再同步；若仍不行，请告知公司。",
    ),
    "error.sync.backup_postgres": (
        "This office uses PostgreSQL. Nothing was changed. Back it up with pg_dump and bring it "
        "back with pg_restore, then run: fieldkit office new-epoch",
        "公司数据库为 PostgreSQL，未做任何更改。请用 pg_dump 备份、用 pg_restore 恢复，"
        "恢复后运行：fieldkit office new-epoch",
    ),
    "error.sync.backup_exists": (
        "{file} is there already. Nothing was changed. Name a new file.",
        "{file} 已存在，未做任何更改。请指定新文件。",
    ),
    "error.sync.backup_write": (
        "The backup could not be written to {file}. The office is as it was. Check the folder "
        "and the free space.",
        "无法写入备份 {file}。公司数据未变。请检查目录和剩余空间。",
    ),
    "error.sync.backup_read": (
        "{file} is no whole backup of this version. The office is as it was. Take another "
        "backup, or the version of fieldkit that made it.",
        "{file} 不是本版本的完整备份。公司数据未变。请换一个备份，或使用制作它的 fieldkit 版本。",
    ),
    "cli.revoked": (
        "The laptop of {person} is shut out. What it has sent stays.",
        "{person} 的电脑已停用。已发送的内容保留不变。",
    ),
    "error.not_found.laptop": (
        "There is not exactly one laptop whose id is or begins with {ref}. Nothing was changed. "
        "See the ids: fieldkit office status",
        "没有唯一对应 {ref} 的电脑编号，未做任何更改。请查看编号：fieldkit office status",
    ),
    "error.not_found.technician": (
        "Nobody here is called {ref}. Nothing was changed. See the names: fieldkit office "
        "technicians. "
        "Add one with: fieldkit office technician {ref} --area AREA",
        "没有名为 {ref} 的技师，未做任何更改。请查看名单：fieldkit office technicians。"
        "新增请运行：fieldkit office technician {ref} --area 区域",
    ),
    "error.sync.nobody_to_send": (
        "There is nobody to send. Nothing was changed. Describe a technician with: fieldkit "
        "office technician NAME --area AREA",
        "没有可派的技师，未做任何更改。请先登记：fieldkit office technician 姓名 --area 区域",
    ),
}
"""Messages of the office."""
