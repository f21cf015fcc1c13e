"""What the screens of the day say beside the jobs: sorting, filters, calls, the end of the day."""

_COLUMNS = {
    "when": ("Time", "时间"),
    "number": ("Number", "工单号"),
    "customer": ("Customer", "顾客"),
    "address": ("Address", "地址"),
    "product": ("Product", "产品"),
    "status": ("State", "进度"),
    "mark": ("Look ({key:today.sort})", "提示({key:today.sort})"),
}

_SCREEN = {
    "section.similar": ("Similar ({count})", "相近（{count}）"),
    "still_missing": ("Still to do: {names}", "尚待办理：{names}"),
    "calls_due": ("Calls today: {count}, first {who}", "今日回访 {count}，首位{who}"),
    "promises_due": ("Promised back: {count}", "到期交还 {count}"),
    "of_them_late": (" (late: {count})", "（逾期 {count}）"),
    "sorted": ("Sorted by: {column}", "按“{column}”排序"),
    "sorted_down": ("Sorted by: {column}, downwards", "按“{column}”倒序"),
    "filters": ("Filters", "筛选"),
    "filter_save": ("+ Save what is shown: {what}", "+ 保存当前筛选：{what}"),
    "filter_none": ("Show all jobs by day again", "恢复按日期显示全部工单"),
    "filter_saved": (
        "The filter is saved; {key:today.filters} offers it.",
        "筛选已保存，按 {key:today.filters} 选用。",
    ),
    # the end of the day
    "day_end": ("End of day", "收工检查"),
    "open_count": ("open: {count}", "待处理 {count}"),
    "office_has": (
        "The office has {done} of today's {made} entries.",
        "今日记录 {made} 条，公司已收到 {done} 条。",
    ),
    "office_lacks": ("It lacks {count} in all.", "共有 {count} 条尚未送达。"),
    "jobs_complete": (
        "Completed jobs: {count}, at the office with everything: {done}.",
        "已完工工单 {count} 张，资料已全部送达公司 {done} 张。",
    ),
    "last_exchange": ("Last exchange: {when}", "上次同步：{when}"),
    "f9_sends": ("{key:app.sync} sends what is unsent.", "按 {key:app.sync} 发送。"),
    "f9_stops": ("{key:app.sync} stops", "按 {key:app.sync} 停止"),
    "section.rejected": ("Refused by the office ({count})", "公司拒收（{count}）"),
    "section.overdue": ("Overdue ({count})", "已逾期（{count}）"),
    "section.unsigned": ("Not signed ({count})", "未签字（{count}）"),
    "section.uninvoiced": ("Not paid or not invoiced ({count})", "未收款或未开票（{count}）"),
    "section.unreturned": ("To give back ({count})", "待交还（{count}）"),
    "section.unfinished": ("Begun, not finished ({count})", "已开工未完成（{count}）"),
    "section.flagged": ("To be looked at ({count})", "需要核查（{count}）"),
    "section.unsent": ("Not sent yet ({count})", "尚未发送（{count}）"),
    "todo.rejected": (
        "Nothing is lost. Enter corrects it; {key:day_end.withdraw} gives it up, with a "
        "note in its place.",
        "数据没有丢失。按 Enter 更正；按 {key:day_end.withdraw} 放弃并以备注代替。",
    ),
    "todo.flagged": (
        "Work goes on. The office sees it too and settles it; tell it what you know.",
        "不影响工作。公司同样会看到并处理，请把您知道的情况告诉公司。",
    ),
    "todo.overdue_job": (
        "Enter opens the job: do it now, or tell the customer and record the new day.",
        "按 Enter 打开工单：立即办理，或告知顾客并登记新的日期。",
    ),
    "todo.overdue_submit": (
        "It was completed on an earlier day and the office lacks part of it. "
        "{key:app.sync} sends it now.",
        "该工单前些日子已完工，资料尚未全部上交。请按 {key:app.sync} 立即发送。",
    ),
    "todo.overdue_follow_up": (
        "Enter opens the calls: record what came of it, or give it another moment.",
        "按 Enter 打开回访：登记结果，或另约时间。",
    ),
    "todo.overdue_complaint": (
        "Enter opens the complaint: do its next step today.",
        "按 Enter 打开投诉：今天办理下一步骤。",
    ),
    "todo.unsigned": (
        "Enter opens the job; {key:job.next} there: {step}.",
        "按 Enter 打开工单，再按 {key:job.next}：{step}。",
    ),
    "todo.uninvoiced": (
        "Enter opens the job; {key:job.next} there: {step}.",
        "按 Enter 打开工单，再按 {key:job.next}：{step}。",
    ),
    "todo.unreturned": (
        "It is not late yet. Enter opens the job: hand back, or change the promise in time.",
        "尚未逾期。按 Enter 打开工单：交还，或提前变更承诺日期。",
    ),
    "todo.unfinished": (
        "Enter opens the job: go on with “{step}”, or carry it forward with the reason.",
        "按 Enter 打开工单：继续“{step}”，或说明理由后顺延。",
    ),
    "todo.waiting": (
        "Somebody else comes next; Enter shows who. Carry the job forward with the reason.",
        "等待他人办理，按 Enter 查看。请说明理由后顺延。",
    ),
    "waiting": ("waits for somebody else", "等待他人"),
    "todo.unsent": (
        "It is safe here. {key:app.sync} sends it; without a network: fieldkit sync --to-file FILE",
        "已安全保存在本机。按 {key:app.sync} 发送；没有网络时运行：fieldkit sync --to-file 文件",
    ),
    "refused": ("Refused by the office", "公司拒收"),
    "refused_same": (
        "The same on the command line:\nfieldkit sync correct {event}",
        "命令行的同等操作：\nfieldkit sync correct {event}",
    ),
    "refused_command": (
        "It has no field that a person fills in. Give it up with {key:day_end.withdraw}, or "
        "record it again with: "
        "fieldkit sync correct {event}",
        "该记录没有可填写的栏目。请按 {key:day_end.withdraw} 放弃，或运行 "
        "fieldkit sync correct {event} 重新登记。",
    ),
    "refused_no_job": (
        "Only what belongs to a job can be given up. Enter corrects it.",
        "只有工单的记录可以放弃。请按 Enter 更正。",
    ),
    "withdraw_refused_only": (
        "Only what the office refused can be given up.",
        "只有被公司拒收的记录可以放弃。",
    ),
    "refused_corrected": (
        "Recorded again; {key:app.sync} sends it in the place of the refused one.",
        "已重新登记。按 {key:app.sync} 发送，代替被拒收的记录。",
    ),
    "refused_withdrawn": (
        "Given up; the note takes its place, and what waited for it goes on.",
        "已放弃，由备注代替，等待它的记录可继续发送。",
    ),
    "other_records": ("Customers, products, calls", "顾客、产品、回访"),
    # complaints
    "complaints": ("Complaints", "投诉"),
    "section.open": ("Open ({count})", "处理中（{count}）"),
    "section.finished": ("Finished ({count})", "已办结（{count}）"),
    "answer_by": ("The customer must hear from us by {moment}", "须在 {moment} 前答复顾客"),
    "complaint_recorded": (
        "The complaint is recorded; the rules have routed it.",
        "投诉已登记，并按规则转交。",
    ),
    "complaint_finished": ("All steps of the complaint are done.", "该投诉的全部步骤已完成。"),
    "complaint_no_job": ("This complaint is about no job here.", "该投诉没有对应的工单。"),
    "nobody_known": ("A customer who is not registered here", "未登记的顾客"),
    "donts": ("What not to do", "处理投诉的禁忌"),
    "donts_why": (
        "With an unsatisfied customer: listen, apologise, record it, act.",
        "面对不满意的顾客：倾听、致歉、记录、行动。切记：",
    ),
    "duty.reply": ("Answer by", "答复期限"),
    "duty.interim": ("Word by", "进展告知"),
    "duty.solve": ("Solve by", "解决期限"),
    # calls
    "call_moved": ("The call has another moment.", "回访时间已更改。"),
    "move_calls_only": (
        "Only a call is moved here. A promise is changed in its job.",
        "此处只能更改回访时间。交还承诺请在工单中变更。",
    ),
    # blockers
    "blockers": ("Back-office blockers", "后台阻碍"),
    "since_days": ("{days} d", "{days}天"),
    "since_today": ("today", "今天"),
    "no_open_job": ("There is no open job.", "没有未完成的工单。"),
    # history
    "history": ("History", "服务历史"),
    "search_history": (
        "Type to search: serial number, customer, telephone, job, what was wrong",
        "输入即可查找：产品编号、顾客、电话、工单号、故障",
    ),
    "elsewhere": ("elsewhere", "其他技师"),
    "elsewhere_told": ("repaired by others, told with a dispatch", "由他人维修，随派工提供"),
    "archived": ("in the archive", "已归档"),
    "read_only": ("to read only", "只读"),
    "not_here": (
        "That job is not on this laptop; what is known of it stands below.",
        "该工单不在本机，已知内容见下方。",
    ),
    # papers
    "papers": ("Papers", "单据"),
    "paper_made": ("made", "已生成"),
    "paper_at": (
        "{path} — in the clear, and removed when fieldkit is left. To keep it: fieldkit job paper",
        "{path} — 未加密，退出时删除。如需保留请运行 fieldkit job paper",
    ),
    "file_at": (
        "{path} — in the clear, and removed when fieldkit is left. To keep it: fieldkit job "
        "save-file",
        "{path} — 未加密，退出时删除。如需保留请运行 fieldkit job save-file",
    ),
    "paper_not_opened": (
        "The paper is made. There is no program here that shows it.",
        "单据已生成。本机没有可打开它的程序。",
    ),
    "enter_paper": ("Enter makes the paper and opens it.", "按 Enter 生成并打开。"),
    # turned to the customer
    "you_pay": ("You pay", "您应付"),
    "not_decided": (
        "Not decided yet. Nothing is done before you know the price and agree.",
        "尚未确定。在您知晓价格并同意之前，不会开始维修。",
    ),
    # files of a job
    "files_kept": ("kept: {count}", "已保存 {count} 个"),
    "section.kept": ("Kept with this job, encrypted", "已随工单加密保存"),
    "search_files": ("Type a name, or a path such as ~/Pictures", "输入文件名或路径"),
    "folder_above": ("../  (the folder above)", "../（上级文件夹）"),
    "enter_file": ("Enter adds this file to the job.", "按 Enter 添加到工单。"),
    "enter_folder": ("Enter opens this folder.", "按 Enter 打开该文件夹。"),
    "enter_show_file": (
        "Enter opens it. {key:job.undo} on the job takes the last one back while it is unsent.",
        "按 Enter 打开。未发送前可在工单页按 {key:job.undo} 撤销最后添加的文件。",
    ),
    "file_added": ("{name} is kept with the job, encrypted.", "{name} 已随工单加密保存。"),
    "file_unsent": ("not at the office yet", "尚未发送到公司"),
    "file_sent": ("at the office", "公司已收到"),
    "file_away": ("not on this laptop", "不在本机"),
    "complaint_phone": ("Not satisfied? Please call {phone}.", "如有不满，请致电 {phone}。"),
    "complain_at": ("Not satisfied? Please call", "如有不满，请致电"),
    "public_prices": ("Public prices of parts", "配件公开价目"),
    "search_parts": ("Type to search for a part", "输入配件名称查找"),
    "filter_forgotten": ("Filter “{name}” is forgotten.", "筛选“{name}”已删除。"),
}

_KEYS = {
    "filters": ("Filter", "筛选"),
    "sort": ("Sort", "排序"),
    "turn": ("Turn round", "倒序"),
    "forget": ("Forget", "删除"),
    "day_end": ("Day end", "收工"),
    "complaints": ("Complaints", "投诉"),
    "blockers": ("Blockers", "后台阻碍"),
    "history": ("History", "服务历史"),
    "prices": ("Prices to show", "公开价目"),
    "donts": ("Don'ts", "禁忌"),
    "new_complaint": ("New", "新投诉"),
    "open_job": ("Job", "工单"),
    "new_blocker": ("Log one", "登记"),
    "move": ("Move", "改期"),
    "papers": ("Papers", "单据"),
    "show_customer": ("Show", "出示"),
    "withdraw": ("Give up", "放弃"),
}

_HELP = {
    "filters": (
        "Saved filters: take one, save one, forget one.",
        "已保存的筛选：选用、保存、删除。",
    ),
    "sort": (
        "Sort by the next column; a click on a title does, too.",
        "按下一栏排序，也可点击栏目名。",
    ),
    "turn": ("Sort the other way round.", "改为倒序或正序。"),
    "forget": ("Forget the filter under the cursor.", "删除光标所在的筛选。"),
    "day_end": (
        "What is open, what the office has, and what to do next.",
        "查看未办事项和公司已收到的内容。",
    ),
    "complaints": ("Complaints with their next step and deadline.", "投诉及其下一步骤和期限。"),
    "blockers": ("What parts, IT or transport hold up.", "配件、系统、运输等造成的阻碍。"),
    "history": ("Earlier work by serial number or customer.", "按产品编号或顾客查找以往服务。"),
    "prices": (
        "Turn the part prices and the complaint number to the customer.",
        "向顾客出示配件价格和投诉电话。",
    ),
    "donts": ("What not to do with a customer who complains.", "处理投诉时不可做的事。"),
    "new_complaint": ("Record a complaint.", "登记投诉。"),
    "open_job": ("The job that the complaint is about.", "打开该投诉对应的工单。"),
    "new_blocker": ("Log what holds a job up.", "登记阻碍工单的事项。"),
    "withdraw": (
        "Give up what the office refused, with a note in its place.",
        "放弃被公司拒收的记录，以备注代替。",
    ),
    "move": ("Give the call another moment, with the reason.", "另约回访时间并说明理由。"),
    "papers": (
        "Receipt, report, invoice and credit note: make and open.",
        "生成并打开凭证、报告、发票和冲销单。",
    ),
    "show_customer": (
        "Turn the verdict to the customer: large, in the customer's language.",
        "用顾客的语言大字出示判定结果。",
    ),
    "clear": ("Empty the search line, then the sorting.", "清空查找，再取消排序。"),
    "clear_pin": ("Empty what was typed.", "清空已输入的内容。"),
}

_SHOWN = {
    "free": ("Free of charge", "免费"),
    "paid": ("To be paid", "收费"),
    "goodwill": ("Reduced as a courtesy", "优惠"),
    "not_a_defect": ("No defect found", "未发现故障"),
    "pending": ("Not decided yet", "尚未确定"),
    "needs_supervisor": ("Our office decides", "由公司决定"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"column.{key}": both for key, both in _COLUMNS.items()},
    **{f"screen.{key}": both for key, both in _SCREEN.items()},
    **{f"key.{key}": both for key, both in _KEYS.items()},
    **{f"help.{key}": both for key, both in _HELP.items()},
    **{f"shown.{key}": both for key, both in _SHOWN.items()},
    "value.channel.visit": ("at a visit", "上门服务时"),
    "value.channel.survey": ("survey card", "服务意见卡"),
    "label.withdraw.text": ("Why it is given up", "放弃原因"),
    "label.follow_up_move.on": ("New date", "新日期"),
    "label.follow_up_move.at": ("Time", "时间"),
    "empty.day_end": (
        "Nothing is open, and the office has everything.",
        "没有未办事项，公司已收到全部记录。",
    ),
    "empty.complaints": (
        "No complaint is recorded here. {key:complaints.new} records one.",
        "没有投诉记录。按 {key:complaints.new} 登记。",
    ),
    "empty.blockers": (
        "Nothing holds a job up. {key:blockers.new} logs a blocker.",
        "没有阻碍工单的事项。按 {key:blockers.new} 登记。",
    ),
    "empty.files": (
        "No file has such a name here. {key:screen.back} clears the search.",
        "此处没有这样的文件。按 {key:screen.back} 清空查找。",
    ),
    "empty.history": (
        "No earlier work is known here. {key:screen.back} goes back.",
        "本机没有以往服务记录。按 {key:screen.back} 返回。",
    ),
    "error.sync_stopped": (
        "The sync was stopped. What was exchanged is kept; {key:app.sync} goes on with the rest.",
        "同步已停止，已交换的内容均已保存。按 {key:app.sync} 继续发送其余内容。",
    ),
    "label.filter.name": ("Name of the filter", "筛选名称"),
    "empty.filters": (
        "No filter is saved. Type something to search for, or sort with {key:today.sort}; then "
        "{key:today.filters} saves it.",
        "还没有保存的筛选。先输入查找内容或按 {key:today.sort} 排序，再按 "
        "{key:today.filters} 保存。",
    ),
}
