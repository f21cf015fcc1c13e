"""The exchange with the office: faults, what a person should know, why an event was rejected."""

_SAFE = "Your work is safe on this device."
_SAFE_ZH = "您的工作已安全保存在本机。"

_ERRORS = {
    "unreachable": (
        f"The office cannot be reached ({{cause}}). {_SAFE} Sync again when the network is good.",
        f"无法连接公司（{{cause}}）。{_SAFE_ZH}网络恢复后请再同步。",
    ),
    "not_office": (
        "Something other than the office answered (status {status}); perhaps this network wants "
        f"a login first. {_SAFE} Open a web page to sign in to the network, then sync again.",
        "应答的不是公司服务器（状态码 {status}），可能需要先登录当前网络。"
        f"{_SAFE_ZH}请先在浏览器中登录网络，再同步。",
    ),
    "busy": (
        f"The office is busy. {_SAFE} Sync again in a few minutes.",
        f"公司服务器繁忙。{_SAFE_ZH}请几分钟后再同步。",
    ),
    "not_enrolled": (
        f"This device is not enrolled at an office yet. {_SAFE} Ask the office for a one-time "
        "code and enrol.",
        f"本机尚未在公司登记。{_SAFE_ZH}请向公司索取一次性登记码并登记。",
    ),
    "already_sending": (
        "Another sync is running on this device. Nothing needs to be done; it sends everything.",
        "本机正在进行另一次同步，它会发送全部内容，无需操作。",
    ),
    "bad_address": (
        "“{url}” is not an address of an office. It begins with https:// or http://.",
        "“{url}”不是公司服务器地址。地址应以 https:// 或 http:// 开头。",
    ),
    "bad_code": (
        "This is not a valid enrolment code. Check every letter, or ask the office for a new one.",
        "登记码无效。请逐字核对，或向公司索取新码。",
    ),
    "code_used": (
        "This enrolment code was used by another device. Ask the office for a new one.",
        "此登记码已被另一台设备使用。请向公司索取新码。",
    ),
    "code_expired": (
        "This enrolment code is too old. Ask the office for a new one.",
        "此登记码已过期。请向公司索取新码。",
    ),
    "device_taken": (
        "The office knows this device with another key. Nothing was changed. Ask the office to "
        "look into it before you go on: the home folder may have been copied.",
        "公司已用另一密钥登记过本机，未做任何更改。数据目录可能被复制过，请先请公司核查。",
    ),
    "wrong_office": (
        "The server is not the office that the code came from. Nothing was sent but the code. "
        "Check the address and ask the office for a new code.",
        "应答的服务器不是发出登记码的公司。除登记码外没有发送任何内容。"
        "请核对地址，并向公司索取新码。",
    ),
    "wrong_device": (
        f"The office refused the events: they are of another device. {_SAFE} Tell the office.",
        f"公司拒收：这些记录属于另一台设备。{_SAFE_ZH}请告知公司。",
    ),
    "unauthorised": (
        f"The office does not know this device's token. {_SAFE} Ask the office for a new "
        "one-time code and enrol again.",
        f"公司不认可本机的令牌。{_SAFE_ZH}请向公司索取新的登记码并重新登记。",
    ),
    "revoked": (
        f"The office has shut this device out. {_SAFE} Ask the office why.",
        f"公司已停用本机。{_SAFE_ZH}请向公司询问原因。",
    ),
    "bad_signature": (
        f"The office could not verify this device's signature. {_SAFE} Enrol again; if it stays, "
        "tell the office.",
        f"公司无法核验本机签名。{_SAFE_ZH}请重新登记；若仍不行，请告知公司。",
    ),
    "bad_request": (
        f"The office could not read what was sent. {_SAFE} Update fieldkit, then sync again.",
        f"公司无法读取发送的内容。{_SAFE_ZH}请更新 fieldkit 后再同步。",
    ),
    "other_version": (
        f"The office runs a version that does not fit this one. {_SAFE} Update fieldkit, or ask "
        "the office to update.",
        f"公司的版本与本机不相容。{_SAFE_ZH}请更新 fieldkit，或请公司更新。",
    ),
    "laptop_too_old": (
        f"The office no longer speaks this version's language. {_SAFE} Update fieldkit on this "
        "device, then sync again; everything is sent then.",
        f"公司已不支持本机版本的协议。{_SAFE_ZH}请更新本机的 fieldkit 后再同步，届时会全部发送。",
    ),
    "office_too_old": (
        f"The office's version is too old for this one. {_SAFE} Go on working, and ask the "
        "office to update; everything is sent then.",
        f"公司的版本过旧，与本机不符。{_SAFE_ZH}可继续工作，并请公司更新，届时会全部发送。",
    ),
    "too_large": (
        f"What was sent is too large for the office. {_SAFE} Tell the office.",
        f"发送的内容过大，公司未接收。{_SAFE_ZH}请告知公司。",
    ),
    "bad_parcel": (
        "This file cannot be used: it is damaged, meant for somebody else, or from somebody who "
        "is not enrolled here. Nothing was changed. Make the file again.",
        "此文件无法使用：可能已损坏、收件方不符，或发件方未在此登记。未做任何更改。请重新生成文件。",
    ),
    "unknown_parcel": (
        "This is an answer to a file that this device did not make. Nothing was changed. Bring "
        "it to the device that made the file.",
        "这是对另一台设备所生成文件的回复，未做任何更改。请把它交给生成文件的设备。",
    ),
    "no_attachment": (
        f"The office does not know this attachment as one of this device's jobs. {_SAFE}",
        f"公司没有查到本机作业中的这个附件。{_SAFE_ZH}",
    ),
    "wrong_hash": (
        f"What arrived of an attachment is not what was sent. {_SAFE} Sync again.",
        f"附件到达后与原文件不符。{_SAFE_ZH}请再同步。",
    ),
    "offset": (
        f"The office has an attachment up to byte {{offset}} only. {_SAFE} Sync again.",
        f"公司只收到附件的前 {{offset}} 字节。{_SAFE_ZH}请再同步。",
    ),
    "hole": (
        "The office has events only up to number {count} and this device cannot close the gap. "
        f"{_SAFE} Tell the office.",
        f"公司只收到第 {{count}} 条为止的记录，本机无法补齐。{_SAFE_ZH}请告知公司。",
    ),
    "forked": (
        "The office has another event under number {seq}: two devices go by one name, perhaps "
        f"because a home folder was copied. {_SAFE} Tell the office.",
        "公司在第 {seq} 号下已有另一条记录：两台设备用了同一身份，可能是数据目录被复制。"
        f"{_SAFE_ZH}请告知公司。",
    ),
    "address": (
        "The office cannot listen on {host}, port {port}: it is in use or not of this machine. "
        "Choose another port.",
        "公司服务器无法监听 {host} 的端口 {port}：端口被占用，或地址不属于本机。请换一个端口。",
    ),
    "office_exists": (
        "There is an office in {home} already. Nothing was changed.",
        "{home} 中已有公司数据，未做任何更改。",
    ),
    "office_missing": (
        "There is no office in {home}. Make one with: fieldkit office init",
        "{home} 中没有公司数据。请先运行：fieldkit office init",
    ),
    "office_settings": (
        "The office's settings in {file} cannot be read. Nothing was changed. Bring the file "
        "back from a backup.",
        "无法读取公司设置 {file}，未做任何更改。请从备份恢复该文件。",
    ),
    "office_schema": (
        "The office's database has version {found}, this program needs {wanted}. Nothing was "
        "changed. Make a backup, then upgrade the database or the program.",
        "公司数据库版本为 {found}，本程序需要 {wanted}，未做任何更改。"
        "请先备份，再升级数据库或程序。",
    ),
    "database": (
        "The office's database cannot be reached. Nothing was changed. Check that it runs and "
        "that its address is right.",
        "无法连接公司数据库，未做任何更改。请检查数据库是否运行、地址是否正确。",
    ),
    "database_url": (
        "The office's database address is not valid. Leave it out for SQLite, or write "
        "postgresql+psycopg://user@host/name.",
        "公司数据库地址无效。使用 SQLite 时请留空，"
        "否则请写作 postgresql+psycopg://user@host/name。",
    ),
}

_PROBLEMS = {
    "clock": (
        "This device's clock is {minutes} minutes off. Everything was exchanged; set the clock.",
        "本机时钟相差 {minutes} 分钟。内容已全部同步，请校正时钟。",
    ),
    "forked": (
        "Another device has sent events under this device's name; perhaps a home folder was "
        f"copied. {_SAFE} To send it from here too: fieldkit sync --new-epoch. The office is told.",
        "另一台设备以本机身份发送过记录，可能是数据目录被复制。"
        f"{_SAFE_ZH}要从本机继续发送，请运行：fieldkit sync --new-epoch。公司会收到提示。",
    ),
    "ahead": (
        "The office had newer events of this device than the device itself; an older state was "
        "perhaps put back. They have been fetched, and new events begin a new chain.",
        "公司保存的本机记录比本机更新，本机数据可能被还原过。"
        "缺少的记录已取回，新记录从新的链开始。",
    ),
    "parcel_hole": (
        f"The office lacks earlier events of this device. {_SAFE} Make another file: it will "
        "hold them too.",
        f"公司缺少本机更早的记录。{_SAFE_ZH}请再生成一个文件，其中会包含它们。",
    ),
    "parcel_refused": (
        f"The office took nothing of a part of the file ({{reason}}). {_SAFE} Tell the office.",
        f"公司未接收文件中的一部分（{{reason}}）。{_SAFE_ZH}请告知公司。",
    ),
    "attachments_waiting": (
        f"{{count}} attachments could not be sent yet. {_SAFE} Sync again on a better network.",
        f"还有 {{count}} 个附件未发送。{_SAFE_ZH}请在网络较好时再同步。",
    ),
    "attachments_not_fetched": (
        f"{{count}} attachments could not be fetched yet. {_SAFE} Sync again on a better network.",
        f"还有 {{count}} 个附件未取回。{_SAFE_ZH}请在网络较好时再同步。",
    ),
    "attachment_refused": (
        "The office refused an attachment ({reason}). Its job stays open there; tell the office.",
        "公司拒收一个附件（{reason}）。该作业在公司仍未完结，请告知公司。",
    ),
    "attachment_missing": (
        "An attachment of a job is not on this device, so the job cannot be closed at the "
        "office. Add the file again, or tell the office.",
        "某个作业的附件不在本机，公司无法完结该作业。请重新添加该文件，或告知公司。",
    ),
    "attachment_damaged": (
        "An attachment on this device is damaged, so the job cannot be closed at the office. "
        "Add the file again, or tell the office.",
        "本机上的一个附件已损坏，公司无法完结该作业。请重新添加该文件，或告知公司。",
    ),
    "attachment_unreadable": (
        "An attachment on this device cannot be read just now, so the job cannot be closed at the "
        "office. Check the disk and the permissions of the home folder.",
        "本机上的一个附件暂时无法读取，公司无法完结该作业。请检查磁盘和主目录的权限。",
    ),
    "people_unconfirmed": (
        "The office does not know that {names} works on this device: what is recorded under that "
        "name counts and is flagged. Ask the office: fieldkit office colleague LAPTOP NAME",
        "公司尚不知道 {names} 使用本机：以该姓名记录的内容有效，但会被标记。"
        "请公司确认：fieldkit office colleague 电脑 姓名",
    ),
    "set_aside": (
        f"From before, the office refuses {{refused}} of this device's records and holds {{held}} "
        f"behind them. {_SAFE} See them with fieldkit sync rejected, correct or withdraw them, or "
        "ask the office to release or dismiss them.",
        f"此前公司拒收本机 {{refused}} 条记录，并因此暂缓 {{held}} 条。{_SAFE_ZH}"
        "请用 fieldkit sync rejected 查看并更正或撤回，或请公司放行或作废。",
    ),
    "set_aside_elsewhere": (
        "The office refuses or holds {count} records of this device that are not on it any more: "
        "an older state was perhaps put back. Ask the office to release or dismiss them: fieldkit "
        "office held.",
        "公司拒收或暂缓了本机的 {count} 条记录，而这些记录已不在本机（可能还原过旧数据）。"
        "请公司放行或作废：fieldkit office held。",
    ),
    "office_restored": (
        "The office was restored from a backup. This device has sent again what was missing.",
        "公司数据已从备份恢复，本机已补发缺少的内容。",
    ),
}

_REASONS = {
    "unreadable": ("The office could not read it.", "公司无法读取。"),
    "wrong_envelope": ("It carries another device's name or number.", "记录中的设备或序号不符。"),
    "broken_chain": ("It does not follow on the event before it.", "与前一条记录不衔接。"),
    "wrong_record": ("It does not fit the record that it is about.", "与所属档案不符。"),
    "wrong_role": ("This device may not act in that role.", "本机无权以该角色操作。"),
    "not_plain": (
        "A text in it holds control characters, which could make a screen or a paper say what "
        "nobody wrote.",
        "其中的文字含有控制字符，可能使屏幕或单据显示并未写过的内容。",
    ),
    "not_permitted": (
        "Whoever works on this device may not do this to that record: it was not given to them, or "
        "it is for the office to do. Everything else goes on; ask the office.",
        "本机人员无权对该档案这样做：该档案未分配给本机人员，或应由公司办理。其他工作不受影响；"
        "如有需要请联系公司。",
    ),
    "wrong_author": (
        "It was signed in the name of the office.",
        "该记录冒用了公司的名义。",
    ),
    "dismissed": (
        "The office has dismissed it: it does not count, and need not be corrected.",
        "公司已作废该记录：不计入，也无需更正。",
    ),
    "office_only": ("Only the office may record this.", "此项只能由公司记录。"),
    "same_id": ("Another event has the same id already.", "已有另一条记录使用同一编号。"),
}

_CLI = {
    "cli.nothing_rejected": ("The office has refused nothing.", "公司没有拒收任何记录。"),
    "cli.rejected": ("{event}  {type} of {record}: {why}", "{event}  {record} 的 {type}：{why}"),
    "cli.held_behind": (
        "Held at the office until these are corrected: {count}",
        "在更正之前，公司暂缓的记录：{count} 条",
    ),
    "cli.corrected": (
        "Recorded as {event}. It takes the place of the refused one with the next sync.",
        "已记录为 {event}，将在下次同步时替代被拒收的记录。",
    ),
    "cli.parcel_written": (
        "{count} events and {attachments} attachments are in {file}. They stay unsent until the "
        "office's answer is read with fieldkit sync --from-file.",
        "{count} 条记录和 {attachments} 个附件已写入 {file}。"
        "在用 fieldkit sync --from-file 读入公司回复前，它们仍算未发送。",
    ),
    "cli.parcel_taken": (
        "Took {events} events and {attachments} attachments; parts refused: {refused}. The answer "
        "for the laptop is in {file}.",
        "已接收 {events} 条记录和 {attachments} 个附件，拒收部分：{refused}。"
        "给该电脑的回复在 {file}。",
    ),
    "error.parcel_unreadable": (
        "The file {file} cannot be read. Nothing was changed; check its name and your right to "
        "read it.",
        "无法读取文件 {file}，未作任何更改；请检查文件名和读取权限。",
    ),
    "error.not_found.rejected": (
        "No refused event {ref} waits for a correction. List them: fieldkit sync rejected",
        "没有等待更正的被拒记录 {ref}。请查看列表：fieldkit sync rejected",
    ),
    "error.not_found.event": ("There is no event {ref} here.", "本机没有记录 {ref}。"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.sync.{key}": text for key, text in _ERRORS.items()},
    **{f"sync.problem.{key}": text for key, text in _PROBLEMS.items()},
    **_CLI,
    **{f"sync.reason.{key}": text for key, text in _REASONS.items()},
}
"""Messages of the exchange."""
