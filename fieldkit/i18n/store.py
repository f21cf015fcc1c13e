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
        "The store lacks work that was saved in it before, as if an older copy had been put back. "
        "Nothing was overwritten; run “fieldkit doctor” before you go on.",
        "数据库缺少以前保存的内容，可能被换成了旧副本。没有覆盖任何数据；"
        "请先运行“fieldkit doctor”。",
    ),
    "damaged": (
        "The store is damaged. Nothing was overwritten, and what was sent is safe at the office; "
        "run “fieldkit doctor”.",
        "数据库已损坏。没有覆盖任何数据，已发送的内容在公司是安全的；请运行“fieldkit doctor”。",
    ),
    "full": (
        "The disk is full, so this was not saved. What was saved before is safe; free some space "
        "and do it again.",
        "磁盘已满，本次未能保存。以前保存的内容是安全的；请腾出空间后重试。",
    ),
    "read_only": (
        "The store can only be read, so this was not saved. What was saved before is safe; check "
        "the permissions of the home folder.",
        "数据库只能读取，本次未能保存。以前保存的内容是安全的；请检查主目录的权限。",
    ),
    "busy": (
        "Another fieldkit is writing just now, so this was not saved. Try again in a moment.",
        "另一个 fieldkit 正在写入，本次未能保存。请稍后重试。",
    ),
    "failed": (
        "The store could not be read or written. What was saved before is safe; try again, then "
        "run “fieldkit doctor”.",
        "数据库无法读写。以前保存的内容是安全的；请重试，仍不行则运行“fieldkit doctor”。",
    ),
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

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.store.{key}": both for key, both in _STORE.items()},
    **{f"error.store_locked.{key}": both for key, both in _LOCKED.items()},
    **{f"error.key_file.{key}": both for key, both in _KEY_FILE.items()},
}
