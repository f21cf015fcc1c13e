"""What can be wrong with the store and its key: what is safe, and what to do next."""

_STORE = {
    "exists": (
        "There is a store in {home} already. Nothing was touched; open it, or choose another "
        "folder.",
        "{home} 中已有数据库，未作任何更改。请直接打开，或另选目录。",
    ),
    "missing": (
        "There is no store in {home} yet. Make one with: fieldkit init --person NAME",
        "{home} 中还没有数据库。请先运行：fieldkit init --person 姓名",
    ),
    "newer": (
        "This store was written by a newer fieldkit. Nothing was touched; update fieldkit to open "
        "it.",
        "数据库由更新的版本写成，未作任何更改。请升级 fieldkit 后再打开。",
    ),
    "wrong_key": (
        "The key does not open this store. Nothing was touched; use the key that it was made with.",
        "密钥与数据库不符，未作任何更改。请使用原来的密钥。",
    ),
    "not_a_store": (
        "The file in the home folder is not a fieldkit store. Nothing was touched; check the "
        "folder.",
        "主目录中的文件不是 fieldkit 数据库，未作任何更改。请检查目录。",
    ),
    "lost_commits": (
        "The store lacks work that was saved in it before: its log is damaged, or an older copy "
        "was put back. Nothing was overwritten, and what was sent is safe at the office. Run "
        "“fieldkit store salvage”, then “fieldkit sync”.",
        "数据库缺少以前保存的内容：日志已损坏，或被换成了旧副本。没有覆盖任何数据，"
        "已发送的内容在公司是安全的。请先运行“fieldkit store salvage”，再运行“fieldkit sync”。",
    ),
    "damaged": (
        "The store is damaged. Nothing was overwritten, and what was sent is safe at the office. "
        "Run “fieldkit store salvage”, then “fieldkit sync”.",
        "数据库已损坏。没有覆盖任何数据，已发送的内容在公司是安全的。"
        "请先运行“fieldkit store salvage”，再运行“fieldkit sync”。",
    ),
    "in_use": (
        "The store is open in another fieldkit. Nothing was touched; close it and try again.",
        "数据库正被另一个 fieldkit 打开，未作任何更改。请先关闭它再试。",
    ),
    "unwritable": (
        "The file could not be written ({why}). Nothing was lost; check the folder and its "
        "permissions.",
        "无法写入文件（{why}）。数据没有丢失；请检查目录及其权限。",
    ),
    "full": (
        "The disk is full, so this was not saved. What was saved before is safe; free some space "
        "and do it again.",
        "磁盘已满，本次未能保存。以前保存的内容是安全的；请腾出空间后重试。",
    ),
    "read_only": (
        "The store can only be read, so this was not saved. What was saved before is safe; look "
        "whether the disk is full, and check the permissions of the home folder.",
        "数据库只能读取，本次未能保存。以前保存的内容是安全的；请检查磁盘是否已满以及主目录的权限。",
    ),
    "busy": (
        "Another fieldkit holds the store, so this was not done, although it was tried for ten "
        "seconds. What was saved is safe; try again in a moment, and if it stays so, close the "
        "other one.",
        "另一个 fieldkit 正占用数据库，已重试十秒，本次未能完成。已保存的内容是安全的；"
        "请稍后重试，仍不行则关闭另一个。",
    ),
    "unfinished": (
        "This home ({home}) does not know who works in it, because its making was broken off or "
        "its settings were lost. Nothing was changed; finish it with: fieldkit init --person NAME",
        "主目录（{home}）没有使用者：建立时中断，或设置已丢失。未作任何更改；"
        "请运行以下命令完成：fieldkit init --person 姓名",
    ),
    "unreadable": (
        "{file} cannot be read ({why}). Nothing was touched; check that it is a file, and its "
        "permissions and those of the home folder.",
        "无法读取 {file}（{why}），未作任何更改。请检查它是否为文件，以及它和主目录的权限。",
    ),
    "file": (
        "{file} could not be read or written ({why}). What was saved before is safe; check the "
        "disk, and the permissions of the file and its folder.",
        "无法读写 {file}（{why}）。以前保存的内容是安全的；请检查磁盘，以及该文件和目录的权限。",
    ),
    "no_locks": (
        "The home folder is on a disk on which files cannot be locked ({why}), so that two "
        "programs could spoil each other's work. Nothing was touched; move the folder to a disk "
        "of this computer.",
        "主目录所在的磁盘不支持文件锁（{why}），两个程序可能互相破坏数据。未作任何更改；"
        "请将该目录移到本机磁盘上。",
    ),
    "log_needs_writing": (
        "The store was not closed when it was last used, and its log can only be read where "
        "something can be written. Nothing was touched; let the disk be written, or copy the home "
        "folder to another one and name it with --home.",
        "数据库上次未正常关闭，读取其日志需要可写的磁盘。未作任何更改；请使磁盘可写，"
        "或将主目录复制到其他磁盘并用 --home 指定。",
    ),
    "failed": (
        "The store could not be read or written. What was saved before is safe; try again, then "
        "run “fieldkit doctor”.",
        "数据库无法读写。以前保存的内容是安全的；请重试，仍不行则运行“fieldkit doctor”。",
    ),
}

_ARCHIVE = {
    "unreadable": (
        "The archive of finished jobs ({file}) cannot be read: it is damaged, or was made with "
        "another key. Nothing was touched. The jobs in the store are safe, and the office has "
        "every archived one. Run “fieldkit store salvage”, then “fieldkit sync”.",
        "已完工工单的归档（{file}）无法读取：文件已损坏，或由另一密钥写成。未作任何更改。"
        "数据库中的工单是安全的，归档的工单公司都有。请先运行“fieldkit store salvage”，"
        "再运行“fieldkit sync”。",
    )
}

_LOCKED = {
    "passphrase_needed": (
        "The store is locked. Nothing was touched; give the passphrase.",
        "数据库已锁定，未作任何更改。请输入口令。",
    ),
    "passphrase_wrong": (
        "The passphrase is wrong. Nothing was touched; try again.",
        "口令不正确，未作任何更改。请重试。",
    ),
    "keyring_unavailable": (
        "The store is locked, because this computer's keyring does not answer. Nothing was "
        "touched; unlock the keyring, or sign in to the desktop first.",
        "本机钥匙串没有响应，数据库仍锁定，未作任何更改。请先解锁钥匙串或登录桌面。",
    ),
    "secret_missing": (
        "The store is locked, because its secret is not on this computer. Nothing was touched; "
        "put the secret back, or get the data from the office again.",
        "本机找不到数据库的密钥，数据库仍锁定，未作任何更改。请放回密钥，或重新从公司取得数据。",
    ),
}

_KEY_FILE = {
    "damaged": (
        "The key file is damaged, so the store cannot be opened. Nothing was touched; put back a "
        "copy of the file.",
        "密钥文件已损坏，无法打开数据库。未作任何更改；请用备份恢复该文件。",
    ),
    "newer": (
        "The key file was written by a newer fieldkit. Nothing was touched; update fieldkit.",
        "密钥文件由更新的版本写成，未作任何更改。请升级 fieldkit。",
    ),
    "unreadable": (
        "The key file {file} cannot be read ({reason}), so the store cannot be opened. Nothing was "
        "touched; check the permissions of the file and of the home folder.",
        "无法读取密钥文件 {file}（{reason}），因此无法打开数据库。未作任何更改；"
        "请检查该文件和主目录的权限。",
    ),
    "exists": (
        "There is a key file already. Nothing was touched; use it, or choose another folder.",
        "已有密钥文件，未作任何更改。请使用该文件，或另选目录。",
    ),
    "missing": (
        "The key file is missing, so the store cannot be opened. Nothing was touched; put back a "
        "copy of the file.",
        "缺少密钥文件，无法打开数据库。未作任何更改；请用备份恢复该文件。",
    ),
}

_PASSPHRASE = {
    "short": (
        "The passphrase has fewer than {least} characters: who has the disk finds it by trying. "
        "Nothing was changed; choose a longer one, for example four words.",
        "口令少于 {least} 个字符：拿到磁盘的人逐个尝试即可猜中。未作任何更改；请换更长的口令，"
        "例如四个词。",
    ),
    "alike": (
        "The passphrase has fewer than {least} different characters: who has the disk finds it by "
        "trying. Nothing was changed; choose another one, for example four words.",
        "口令中不同的字符少于 {least} 个：拿到磁盘的人逐个尝试即可猜中。未作任何更改；"
        "请换一个口令，例如四个词。",
    ),
    "letters": (
        "The passphrase has letters in another encoding than this terminal's, so that it could "
        "not be typed elsewhere. Nothing was changed; choose another one.",
        "口令中的字符与本终端的编码不符，在别处将无法输入。未作任何更改；请换一个口令。",
    ),
}

_BACKUP = {
    "missing": (
        "There is no such backup file. Nothing was touched.",
        "没有这个备份文件，未作任何更改。",
    ),
    "unreadable": (
        "The backup {file} cannot be read ({why}). Nothing was touched; check the disk, and the "
        "permissions of the file.",
        "无法读取备份 {file}（{why}），未作任何更改。请检查磁盘和该文件的权限。",
    ),
    "damaged": (
        "The file is not a whole fieldkit backup. Nothing was touched; use another backup.",
        "该文件不是完整的 fieldkit 备份，未作任何更改。请使用其他备份。",
    ),
    "other_key": (
        "The backup cannot be opened with the key that is here. Nothing was touched; give the "
        "passphrase of that time, or restore where its keyring or key.secret is.",
        "现有密钥无法打开该备份，未作任何更改。请提供当时的口令，或在存有其钥匙串或 "
        "key.secret 的电脑上恢复。",
    ),
}

_EXPORT = {
    "not_empty": (
        "This home has records already. Nothing was touched; import into a new home.",
        "此主目录已有记录，未作任何更改。请导入到新的主目录。",
    ),
    "missing": (
        "There is no such export file. Nothing was touched.",
        "没有这个导出文件，未作任何更改。",
    ),
    "wrong": (
        "The file is not a fieldkit export. Nothing was touched.",
        "该文件不是 fieldkit 的导出文件，未作任何更改。",
    ),
}

_ATTACHMENT = {
    "missing": (
        "This attachment is not on this laptop. The job itself is complete. The next sync "
        "fetches it, if the office has it.",
        "该附件不在本机上。工单本身完好。如公司有此附件，下次同步时会取回。",
    ),
    "damaged": (
        "This attachment is damaged here, so it is not shown. The job itself is complete. The "
        "next sync fetches it; if the office lacks it, attach the file again.",
        "该附件在本机已损坏，因此不予显示。工单本身完好。下次同步时会取回；"
        "如公司没有，请重新添加文件。",
    ),
    "unreadable": (
        "This attachment cannot be read ({why}). The job itself is complete, and the file may be "
        "whole; check the disk and the permissions of the home folder, then try again.",
        "无法读取该附件（{why}）。工单本身完好，文件也可能完好；请检查磁盘和主目录的权限后重试。",
    ),
}

_TROUBLE = {
    "file": ("{file}: {what}", "{file}：{what}"),
    "event": ("Event {event} cannot be read.", "事件 {event} 无法读取。"),
    "link": (
        "Event number {seq} of this laptop does not follow on the one before it.",
        "本机第 {seq} 个事件与前一个不相接。",
    ),
    "gap": ("{count} events of this laptop are missing.", "本机缺少 {count} 个事件。"),
    "document": (
        "{table}: {record} is not what its events make.",
        "{table}：{record} 与其事件不一致。",
    ),
    "attachment": ("Job {job}: attachment {hash} is damaged.", "工单 {job}：附件 {hash} 已损坏。"),
    "attachment_missing": (
        "Job {job}: attachment {hash} is missing, and the office does not have it. Attach the file "
        "again, or restore a backup.",
        "工单 {job}：附件 {hash} 缺失，且公司没有。请重新添加该文件，或恢复备份。",
    ),
    "attachment_unreadable": (
        "Job {job}: attachment {hash} cannot be read ({why}).",
        "工单 {job}：附件 {hash} 无法读取（{why}）。",
    ),
    "unread": ("{file} could not be read: {what}", "{file} 无法读取：{what}"),
    "in_use": (
        "{file} was in use by another fieldkit, although it was tried for ten seconds.",
        "{file} 正被另一个 fieldkit 使用，已重试十秒。",
    ),
}

_CLI = {
    "backed_up": (
        "{file}: a backup with {count} files, encrypted.",
        "{file}：备份完成，共 {count} 个文件，已加密。",
    ),
    "backed_up_without": (
        "The backup is whole but for what is named above.",
        "除上述各项外，备份完整。",
    ),
    "opened_by.passphrase": (
        "It is opened by today's passphrase, on any computer.",
        "在任何电脑上用当前口令即可打开。",
    ),
    "opened_by.keyring": (
        "It is opened by this computer's keyring only. For a backup that opens elsewhere, set a "
        "passphrase first: fieldkit store passphrase",
        "只能由本机钥匙串打开。如需在别处打开，请先设置口令：fieldkit store passphrase",
    ),
    "opened_by.file": (
        "It is opened by key.secret of this home folder: keep a copy of that in another place.",
        "由此主目录中的 key.secret 打开：请把该文件另存一份到别处。",
    ),
    "restored": (
        "The backup is in place. Run “fieldkit sync” to fetch what is newer.",
        "备份已恢复。请运行“fieldkit sync”取回更新的内容。",
    ),
    "aside": ("What was here before is kept in {file}.", "原来的数据保存在 {file}。"),
    "exported": (
        "{file}: {count} documents. It holds customers' data in the clear: keep it safe, and "
        "delete it when it is not needed.",
        "{file}：{count} 个文档。其中的顾客资料未加密：请妥善保管，不用时删除。",
    ),
    "imported": (
        "{count} documents were imported. Introduce this laptop to the office to sync.",
        "已导入 {count} 个文档。请先向公司注册本机再同步。",
    ),
    "good": (
        "All is as it was written: {documents} documents, {files} attachments.",
        "全部完好：{documents} 个文档，{files} 个附件。",
    ),
    "bad": (
        "Something is damaged. What was sent is safe at the office; make a backup of the home "
        "folder, then run “fieldkit store salvage”.",
        "有数据损坏。已发送的内容在公司是安全的；请先备份主目录，再运行“fieldkit store salvage”。",
    ),
    "bad_attachments": (
        "Attachments are damaged or missing; everything else is as it was written. What the office "
        "has comes with the next sync; the rest comes from a backup, or is attached again.",
        "有附件损坏或缺失，其余全部完好。公司已有的附件下次同步时取回；其余请从备份恢复，或重新添加。",
    ),
    "unread": (
        "Not everything could be read, so that nothing is said of it. What could be read is as it "
        "was written; check the disk and the permissions of the home folder, then try again.",
        "有部分内容无法读取，因此无法判断。能读取的部分全部完好；请检查磁盘和主目录的权限后重试。",
    ),
    "in_use": (
        "All that could be read is as it was written: {documents} documents, {files} attachments. "
        "The log was in use by another fieldkit, although it was tried again for ten seconds; "
        "check again later.",
        "能读取的部分全部完好：{documents} 个文档，{files} 个附件。日志正被另一个 fieldkit 使用，"
        "已重试十秒；请稍后再检查。",
    ),
    "salvaged": (
        "{count} documents were kept. The damaged file is untouched in {file}.",
        "已保留 {count} 个文档。损坏的文件原样保存在 {file}。",
    ),
    "missing": ("{table}: {count} could not be read.", "{table}：{count} 个无法读取。"),
    "uncertain": (
        "{file}: more may be missing than can be counted, or older than it was.",
        "{file}：缺少的可能比能数出的更多，或有内容不是最新。",
    ),
    "commits_lost": (
        "{count} changes that had been saved are gone.",
        "有 {count} 次已保存的更改丢失。",
    ),
    "archive_salvaged": (
        "The archive was damaged too. It is untouched in {file}.",
        "归档也已损坏，原样保存在 {file}。",
    ),
    "events_lost": (
        "{count} events of this laptop are lost, unless the office has them.",
        "本机有 {count} 条事件丢失，除非公司已有。",
    ),
    "was_salvaged": (
        "Salvaged on {when}, {count} events lost. What the office has of them comes back with "
        "“fieldkit sync”.",
        "已于 {when} 抢救数据，丢失 {count} 条事件。公司已有的会随“fieldkit sync”取回。",
    ),
    "salvage_next": (
        "{unsent} unsent records are kept. Run “fieldkit sync”: it sends them and fetches "
        "everything again that the office has.",
        "保留了 {unsent} 条未发送的记录。请运行“fieldkit sync”：发送这些记录，"
        "并重新取回公司已有的全部内容。",
    ),
    "not_enrolled": (
        "This laptop must be introduced to the office again: "
        "fieldkit sync --enrol CODE --office URL",
        "本机须重新向公司登记：fieldkit sync --enrol 登记码 --office 网址",
    ),
    "archived": (
        "{count} jobs older than {days} days were moved into the archive.",
        "已将 {count} 个超过 {days} 天的工单移入归档。",
    ),
    "passphrase_changed": (
        "The new passphrase holds from now on. Older backups keep the one of their time.",
        "新口令即刻生效。旧备份仍使用当时的口令。",
    ),
    "only_read.read_only": (
        "The home folder can only be read. What is in it is shown; nothing can be saved.",
        "主目录只能读取。可以查看其中的内容，但无法保存。",
    ),
    "only_read.full": (
        "The disk of the home folder is full. What is in it is shown; nothing can be saved until "
        "there is room.",
        "主目录所在的磁盘已满。可以查看其中的内容，腾出空间前无法保存。",
    ),
    "nothing_sent": ("Locked, nothing sent.", "已锁定，未发送任何内容。"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.store.{key}": both for key, both in _STORE.items()},
    **{f"error.archive.{key}": both for key, both in _ARCHIVE.items()},
    **{f"error.store_locked.{key}": both for key, both in _LOCKED.items()},
    **{f"error.key_file.{key}": both for key, both in _KEY_FILE.items()},
    **{f"error.passphrase.{key}": both for key, both in _PASSPHRASE.items()},
    **{f"error.backup.{key}": both for key, both in _BACKUP.items()},
    **{f"error.export.{key}": both for key, both in _EXPORT.items()},
    **{f"error.attachment.{key}": both for key, both in _ATTACHMENT.items()},
    **{f"store.trouble.{key}": both for key, both in _TROUBLE.items()},
    **{f"cli.store.{key}": both for key, both in _CLI.items()},
    "doctor.check": ("Data: all was read and good on {when}", "数据：{when} 已全部检查，完好"),
    "doctor.salvaged": (
        "Data: salvaged on {when}, {count} events lost. What the office has of them comes back "
        "with “fieldkit sync”",
        "数据：已于 {when} 抢救，丢失 {count} 条事件；公司已有的会随“fieldkit sync”取回",
    ),
    "doctor.check_never": (
        "Data: never checked; the app and the nightly run do it, or run “fieldkit store check”",
        "数据：从未检查；应用和夜间同步会自动检查，也可运行“fieldkit store check”",
    ),
    "doctor.check_overdue": (
        "Data: last checked on {when}, which is overdue; run “fieldkit store check”",
        "数据：上次检查于 {when}，已逾期；请运行“fieldkit store check”",
    ),
    "doctor.check_bad": (
        "Data: the last check found damage in {count} places; run “fieldkit store check”",
        "数据：上次检查发现 {count} 处损坏；请运行“fieldkit store check”",
    ),
    "screen.only_read.read_only": ("READ ONLY", "只读"),
    "screen.only_read.full": ("DISK FULL", "磁盘已满"),
    "doctor.folder_open": (
        "Folder: other people on this computer can look into {home}; the data are encrypted. To "
        "close it: chmod 700 {home}",
        "目录：本机其他用户可以查看 {home}，其中的数据已加密。要关闭请运行：chmod 700 {home}",
    ),
    "doctor.check_unread": (
        "Data: the last check could not read {count} places, the rest is good; check the disk and "
        "the permissions of the home folder, then run “fieldkit store check”",
        "数据：上次检查有 {count} 处无法读取，其余完好；请检查磁盘和主目录的权限，"
        "再运行“fieldkit store check”",
    ),
    "screen.check_unread": (
        "The daily check could not read everything; what could be read is good. Check the disk "
        "and the permissions of the home folder, then run “fieldkit store check”.",
        "每日检查有部分内容无法读取，能读取的部分完好。请检查磁盘和主目录的权限，"
        "再运行“fieldkit store check”。",
    ),
    "screen.check_bad": (
        "The daily check found damaged data. What was sent is safe at the office. Make a backup, "
        "then run “fieldkit store check”.",
        "每日检查发现数据损坏。已发送的内容在公司是安全的。请先备份，再运行"
        "“fieldkit store check”。",
    ),
    "error.attachment_unreadable": (
        "The file {file} cannot be read. Nothing was attached; check its name and place.",
        "无法读取文件 {file}。未添加附件；请检查文件名和位置。",
    ),
    "error.attachment_empty": (
        "The file {file} is empty. Nothing was attached; take the photo again or choose another.",
        "文件 {file} 是空的。未添加附件；请重新拍摄或另选文件。",
    ),
    "error.attachment_too_large": (
        "The file {file} is larger than {limit}, which is the most that the office takes. Nothing "
        "was attached; make it smaller first.",
        "文件 {file} 超过公司可接收的上限 {limit}。未添加附件；请先压缩文件。",
    ),
    "error.attachment_not_shown": (
        "{file} is not a picture, a PDF, a plain text, a sound or a film. It is not opened from "
        "here, because a program could hide in it. It is kept; to have it as a file: fieldkit job "
        "save-file",
        "{file} 不是图片、PDF、纯文本、音频或视频，其中可能藏有程序，因此不从这里打开。附件仍在；"
        "如需文件请运行 fieldkit job save-file",
    ),
    "error.folder_unreadable": (
        "The folder {folder} cannot be read. Choose another one.",
        "无法读取文件夹 {folder}。请另选文件夹。",
    ),
    "cli.attached": (
        "{name}, {size} bytes, is kept ({hash}).",
        "{name}（{size} 字节）已保存（{hash}）。",
    ),
    "cli.attachment_saved": ("{file} is written, in the clear.", "{file} 已写出，未加密。"),
    "error.not_found.attachment": ("This job has no attachment {ref}.", "该工单没有附件 {ref}。"),
    "why.archived": (
        "The job is in the archive, where it can only be read. Open a new job for the product.",
        "该工单已归档，只能查看。请为该产品新建工单。",
    ),
}
