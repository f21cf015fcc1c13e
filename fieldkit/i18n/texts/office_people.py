"""What is said about the people of the office, their rights, and the audit log."""

_ROLES = {
    "desk": ("desk", "客服"),
    "dispatcher": ("dispatcher", "调度"),
    "supervisor": ("supervisor", "主管"),
    "manager": ("manager", "经理"),
    "department": ("department", "部门人员"),
    "administrator": ("administrator", "管理员"),
}

_TASKS = {
    "records": ("register records and do steps of jobs", "登记资料、办理工单步骤"),
    "dispatch": ("send technicians", "派工"),
    "complaints": ("handle complaints", "处理投诉"),
    "tell": ("record who was told", "登记告知"),
    "resolve": ("settle flags", "处理标记"),
    "approve": ("approve", "审批"),
    "publish": ("publish rules and catalogues", "发布规则和目录"),
    "laptops": ("enrol laptops and shut them out", "登记或停用电脑"),
    "server": ("manage people, keys and restores", "管理人员、密钥和恢复"),
}

_ERRORS = {
    "no_people": (
        "This office has no people yet, so nobody may change anything here. Nothing was changed. "
        "Make its administrator, on this machine: fieldkit office person add NAME",
        "本公司端尚无人员，任何人都不能更改内容，未作任何更改。请在本机建立管理员："
        "fieldkit office person add 姓名",
    ),
    "no_token": (
        "Whose command this is, is not known. Nothing was changed. Set FIELDKIT_OFFICE_TOKEN to "
        "your token, or FIELDKIT_OFFICE_TOKEN_FILE to a file with it; an administrator gives one: "
        "fieldkit office person token NAME",
        "无法确认由谁执行此命令，未作任何更改。请将 FIELDKIT_OFFICE_TOKEN 设为您的令牌，或将 "
        "FIELDKIT_OFFICE_TOKEN_FILE 设为存放令牌的文件；令牌由管理员发放："
        "fieldkit office person token 姓名",
    ),
    "unknown_token": (
        "This token is nobody’s: it was replaced, or mistyped. Nothing was changed. A new one: "
        "fieldkit office person token NAME",
        "该令牌无效：已被更换或输入有误。未作任何更改。请重新取得："
        "fieldkit office person token 姓名",
    ),
    "token_open": (
        "Others can read the token in {file}, so it is not used. Nothing was changed. Close the "
        "file (chmod 600), and take a new token.",
        "其他用户可以读取 {file} 中的令牌，因此不予使用，未作任何更改。请限制该文件的权限"
        "（chmod 600），并更换令牌。",
    ),
    "token_unreadable": (
        "The token in {file} cannot be read. Nothing was changed. Check the file’s name and owner.",
        "无法读取 {file} 中的令牌，未作任何更改。请检查文件名和所有者。",
    ),
    "disabled": (
        "{name} does nothing more at this office. Nothing was changed. An administrator can undo "
        "it: fieldkit office person disable NAME --undo",
        "{name} 已停用，未作任何更改。管理员可以恢复：fieldkit office person disable 姓名 --undo",
    ),
    "other_name": (
        "The token is that of {name}, and --by names {named}. Nothing was changed. Leave --by out, "
        "or use the other one’s token.",
        "令牌属于 {name}，而 --by 指定的是 {named}，未作任何更改。请去掉 --by，或改用对方的令牌。",
    ),
    "wrong_password": (
        "Name and password do not belong together. Nothing was changed; try again.",
        "姓名与密码不符，未作任何更改，请重试。",
    ),
    "wait": (
        "Too many wrong passwords. Nothing was changed; try again in {seconds} seconds. An "
        "administrator can set a new one: fieldkit office person password NAME",
        "密码多次输入错误，未作任何更改。请在 {seconds} 秒后重试。管理员可以重设："
        "fieldkit office person password 姓名",
    ),
    "nobody": (
        "Nobody at the office is called “{name}”. Nothing was changed. See: "
        "fieldkit office person list",
        "公司端没有名为“{name}”的人员，未作任何更改。请查看：fieldkit office person list",
    ),
    "bad_name": (
        "This is no name for somebody: empty, too long, with control characters, or “office”, "
        "which is the office itself. Nothing was changed.",
        "该姓名不可用：为空、过长、含控制字符，或为代表公司端本身的“office”。未作任何更改。",
    ),
    "taken": (
        "“{name}” is among the people of the office already. Nothing was changed.",
        "公司端已有名为“{name}”的人员，未作任何更改。",
    ),
    "bad_password": (
        "A password has {least} to {most} letters, and is not the name. Nothing was changed.",
        "密码须为 {least} 至 {most} 个字符，且不得与姓名相同。未作任何更改。",
    ),
    "last_administrator": (
        "Nobody would be left who is an administrator. Nothing was changed. Make somebody else "
        "one first: fieldkit office person roles NAME administrator",
        "这样将没有任何管理员，未作任何更改。请先将他人设为管理员："
        "fieldkit office person roles 姓名 administrator",
    ),
    "not_administrator": (
        "{name} is no administrator who works here. Nothing was changed.",
        "{name} 不是在职的管理员，未作任何更改。",
    ),
}

_CLI = {
    "first": (
        "{name} is the first person of this office and may do everything. Her token is kept in "
        "{token_file}, where commands on this machine find it.",
        "{name} 是公司端的第一位人员，可以办理一切事务。其令牌保存在 {token_file}，"
        "本机的命令会自动使用。",
    ),
    "added": (
        "{name} is added. A token for commands: fieldkit office person token NAME",
        "已添加 {name}。为其发放命令令牌：fieldkit office person token 姓名",
    ),
    "listed": ("{name}  {roles}", "{name}  {roles}"),
    "listed_disabled": ("{name}  {roles}  (disabled)", "{name}  {roles}（已停用）"),
    "none": (
        "Nobody yet. Make the administrator: fieldkit office person add NAME",
        "尚无人员。请建立管理员：fieldkit office person add 姓名",
    ),
    "roles_set": ("{name}: {roles}", "{name}：{roles}"),
    "ask": ("Password", "密码"),
    "ask_new": ("New password", "新密码"),
    "password_set": ("The password of {name} is set.", "{name} 的密码已设置。"),
    "token": (
        "Token of {name}, shown this once:\n{token}",
        "{name} 的令牌，仅显示这一次：\n{token}",
    ),
    "disabled": (
        "{name} does nothing more here; the token has ended.",
        "{name} 已停用，令牌已失效。",
    ),
    "colleague": (
        "{name} works on the laptop of {person}, too. What she recorded before stays flagged "
        "until it "
        "is resolved.",
        "{name} 也使用 {person} 的电脑。此前的标记须另行处理。",
    ),
    "colleague_removed": (
        "{name} works no more on the laptop of {person}.",
        "{name} 不再使用 {person} 的电脑。",
    ),
    "enabled": (
        "{name} works here again. A new token: fieldkit office person token NAME",
        "{name} 已恢复。请发放新令牌：fieldkit office person token 姓名",
    ),
}

_AUDIT = {
    "whole": (
        "The audit log is whole: {entries} entries, the last with the mark {mark}",
        "审计日志完整：共 {entries} 条，最后一条的校验值为 {mark}",
    ),
    "broken": (
        "Entry {broken} of the audit log does not continue the one before it: it, or one near it, "
        "was changed, taken out or put in. Compare with a backup.",
        "审计日志第 {broken} 条与前一条不衔接：该条或其附近的记录被改动、删除或插入过。"
        "请与备份比对。",
    ),
    "person_added": ("added to the people", "添加人员"),
    "person_roles": ("roles given", "设置角色"),
    "person_password": ("password set", "设置密码"),
    "person_token": ("token given", "发放令牌"),
    "person_disabled": ("disabled", "停用人员"),
    "person_enabled": ("enabled again", "恢复人员"),
    "enrolment_code": ("code for a laptop", "发放登记码"),
    "laptop_enrolled": ("laptop enrolled", "电脑登记"),
    "laptop_revoked": ("laptop shut out", "停用电脑"),
    "phone_code_told": ("telephone code told", "告知电话审批码"),
    "colleague_confirmed": ("colleague on a laptop confirmed", "确认电脑的共用人员"),
    "colleague_removed": ("colleague on a laptop removed", "移除电脑的共用人员"),
    "event_released": ("refused or held event released", "放行拒收或暂缓的记录"),
    "event_dismissed": ("refused or held event dismissed", "作废拒收或暂缓的记录"),
    "laptop_let_in": ("laptop let in again", "恢复电脑"),
    "code_withdrawn": ("code for a laptop withdrawn", "收回登记码"),
    "revived": ("let in again by a backup", "因备份而恢复的权限"),
    "pack_published": ("rule pack published", "发布规则包"),
    "key_trusted": ("key trusted", "信任密钥"),
    "key_distrusted": ("key no longer trusted", "不再信任密钥"),
    "catalogue_published": ("catalogue published", "发布目录"),
    "technician_described": ("technician described", "登记技师"),
    "restored": ("backup restored; before it", "恢复备份；此前的数据库"),
    "new_epoch": ("new epoch", "新纪元"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"office_role.{key}": both for key, both in _ROLES.items()},
    **{f"office_task.{key}": both for key, both in _TASKS.items()},
    **{f"error.office_person.{key}": both for key, both in _ERRORS.items()},
    **{f"office_people.{key}": both for key, both in _CLI.items()},
    **{f"audit.{key}": both for key, both in _AUDIT.items()},
    "error.office_person.role_lacks": (
        "{name} may not do this here ({office_task}). Nothing was changed. Who may: "
        "{office_roles}; an "
        "administrator gives roles: fieldkit office person roles NAME ROLE",
        "{name} 无权办理此事（{office_task}），未作任何更改。可由以下角色办理：{office_roles}"
        "；角色由管理员设置："
        "fieldkit office person roles 姓名 角色",
    ),
}
