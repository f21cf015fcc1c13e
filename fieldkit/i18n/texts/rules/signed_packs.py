"""Signed rule packs: why one is refused, and what publishing and installing say."""

_STAYS = "The rules in use stay."
_STAYS_ZH = "现用规则不变。"

_REFUSED = {
    "unreadable": (
        f"This is not a signed rule pack, or only part of one. {_STAYS} Fetch the file again.",
        f"这不是签名规则包，或文件不完整。{_STAYS_ZH}请重新获取该文件。",
    ),
    "other_format": (
        f"The rule pack was made by a newer fieldkit. {_STAYS} Update fieldkit, then sync again.",
        f"规则包由更新版本的 fieldkit 制作。{_STAYS_ZH}请更新 fieldkit 后再同步。",
    ),
    "keys_not_of_root": (
        "The list of keys that may sign rule packs was not signed by the office of this device. "
        f"{_STAYS} Tell the office.",
        f"规则包签名密钥清单并非由本机所属公司签发。{_STAYS_ZH}请告知公司。",
    ),
    "not_trusted": (
        "The rule pack is signed with a key that the office has not trusted, or trusts no more. "
        f"{_STAYS} Let the office trust the key, or publish the pack again.",
        "规则包所用的签名密钥未获公司信任，或已被取消信任。"
        f"{_STAYS_ZH}请公司先信任该密钥，或重新发布规则包。",
    ),
    "forged": (
        f"The signature of the rule pack is not valid: it may be forged. {_STAYS} Tell the office.",
        f"规则包签名无效，可能是伪造的。{_STAYS_ZH}请告知公司。",
    ),
    "file_changed": (
        f"The file {{file}} of the rule pack was changed after signing. {_STAYS} Fetch it again.",
        f"规则包中的文件 {{file}} 在签名后被改动。{_STAYS_ZH}请重新获取。",
    ),
    "file_added": (
        f"The file {{file}} was added to the rule pack after signing. {_STAYS} Fetch it again.",
        f"规则包在签名后被加入文件 {{file}}。{_STAYS_ZH}请重新获取。",
    ),
    "file_missing": (
        f"The file {{file}} is missing from the signed rule pack. {_STAYS} Fetch it again.",
        f"签名规则包缺少文件 {{file}}。{_STAYS_ZH}请重新获取。",
    ),
    "older": (
        "The rule pack has revision {revision}, but revision {newest} is installed already. "
        f"{_STAYS} To go back, the office publishes the old rules under a new revision.",
        "规则包为第 {revision} 版，但已安装第 {newest} 版。"
        f"{_STAYS_ZH}如需退回旧规则，请公司以新版本号重新发布。",
    ),
    "other_content": (
        "Another rule pack with revision {revision} is installed already. "
        f"{_STAYS} Tell the office.",
        f"已安装另一个版本号同为 {{revision}} 的规则包。{_STAYS_ZH}请告知公司。",
    ),
    "expired": (
        "Revision {revision} of the rules could be installed only until {expires}; by the clock "
        f"it is {{today}}. {_STAYS} If the clock is wrong, set it and try again; otherwise ask "
        "the office for newer rules.",
        "第 {revision} 版规则的安装期限为 {expires}，而时钟显示今天是 {today}。"
        f"{_STAYS_ZH}若时钟有误，请校正后重试；否则请向公司索取新规则。",
    ),
    "not_loadable": (
        "Revision {revision} of the rules is properly signed, but this fieldkit cannot work with "
        f"it. {_STAYS} Update fieldkit, then sync again.",
        f"第 {{revision}} 版规则签名有效，但本机的 fieldkit 无法使用。{_STAYS_ZH}"
        "请更新 fieldkit 后再同步。",
    ),
    "inconsistent": (
        "The files of rule pack revision {revision} say something else than its manifest. "
        f"{_STAYS} Let the office publish it again.",
        f"第 {{revision}} 版规则包的内容与其清单不符。{_STAYS_ZH}请公司重新发布。",
    ),
    "altered": (
        "A rule pack kept on this device was altered or damaged and is not used. Sync again, or "
        "ask the office for the pack.",
        "本机保存的一个规则包被改动或已损坏，不再使用。请重新同步，或向公司索取。",
    ),
    "not_kept": (
        f"The rule pack could not be stored in {{folder}} ({{why}}). {_STAYS} Make room, then try "
        "again.",
        f"无法将规则包保存到 {{folder}}（{{why}}）。{_STAYS_ZH}请腾出空间后重试。",
    ),
    "not_fetched": (
        f"The new rules could not be fetched. {_STAYS} The next sync tries again.",
        f"未能获取新规则。{_STAYS_ZH}下次同步时会重试。",
    ),
}

_ERRORS = {
    "bad_key": (
        "This is not a public key for rule packs. fieldkit rules keygen prints one.",
        "这不是规则包的公钥。运行 fieldkit rules keygen 会显示公钥。",
    ),
    "bad_key_file": (
        "{file} does not hold a key for signing rule packs. Make one with: fieldkit rules keygen",
        "{file} 中没有规则包签名密钥。请用 fieldkit rules keygen 生成。",
    ),
    "key_exists": (
        "{file} exists already. Nothing was changed; name another file for the new key.",
        "{file} 已存在，未做任何更改。请为新密钥另选文件名。",
    ),
    "unknown_key": (
        "The office does not trust a key called {name}. Nothing was changed.",
        "公司信任的密钥中没有 {name}，未做任何更改。",
    ),
    "last_key": (
        "This is the only key that may sign rule packs. Nothing was changed; trust another key "
        "first.",
        "这是唯一可签名规则包的密钥，未做任何更改。请先信任另一密钥。",
    ),
    "folder_unwritable": (
        "{file} cannot be written ({why}). Nothing was published or changed at the office by "
        "this step; choose another place.",
        "无法写入 {file}（{why}）。此步骤未改动公司数据；请另选位置。",
    ),
    "no_file": (
        "There is no signed rule pack in {file}. Nothing was changed.",
        "{file} 中没有签名规则包，未做任何更改。",
    ),
}

_PUBLISH = {
    "findings": (
        "The pack in {folder} has {count} problems, the first at {first}. Nothing was published. "
        "fieldkit rules check shows each with an example.",
        "{folder} 中的规则包有 {count} 处问题，第一处在 {first}，未发布。"
        "fieldkit rules check 会逐一举例说明。",
    ),
    "no_scenarios": (
        "The pack in {folder} has no scenarios in its folder tests, so nothing proves what it "
        "decides. Nothing was published.",
        "{folder} 中的规则包没有测试场景（tests 文件夹），无法证明其判定结果，未发布。",
    ),
    "still_offered": (
        "The published catalogue offers what this pack does not declare in values.yaml "
        "({values}). Nothing was published. Declare it, or publish a catalogue without it first.",
        "已发布的产品目录仍提供本规则包 values.yaml 中未声明的取值（{values}），未发布。"
        "请声明这些取值，或先发布不含它们的产品目录。",
    ),
    "scenarios_fail": (
        "{failed} of {total} scenarios fail, the first is {first}. Nothing was published. "
        "fieldkit rules test shows what each expects.",
        "{total} 个场景中有 {failed} 个未通过，第一个是 {first}，未发布。"
        "fieldkit rules test 会显示各场景的预期。",
    ),
    "outdated": (
        "This folder was made from revision {based_on}, but revision {newest} is published: "
        "publishing it would undo what others changed. Nothing was published. Bring their "
        "changes in (fieldkit rules diff shows them), then write revision: {newest} in pack.yaml.",
        "此文件夹基于第 {based_on} 版，而第 {newest} 版已发布，"
        "直接发布会撤销他人的修改，因此未发布。"
        "请先合并这些修改（可用 fieldkit rules diff 查看），"
        "再在 pack.yaml 中写 revision: {newest}。",
    ),
    "nothing_published": (
        "The office has not published any rules yet, so there is nothing to roll back.",
        "公司尚未发布过规则，无可退回。",
    ),
    "no_revision": (
        "Revision {revision} cannot be brought back: it must be an earlier one than {newest} "
        "that was published. fieldkit rules history lists them.",
        "无法退回到第 {revision} 版：必须是已发布且早于第 {newest} 版的版本。"
        "fieldkit rules history 会列出各版本。",
    ),
}

_SAID = {
    "none_published": (
        "Nothing is published yet: the rules that came with the program decide.",
        "尚未发布规则：由程序自带的规则判定。",
    ),
    "published": (
        "Revision {revision} is published. It decides from {day} on.",
        "第 {revision} 版已发布，自 {day} 起生效。",
    ),
    "rolled_back": (
        "Revision {revision} is published with the content of revision {restores}. It decides "
        "from {day} on.",
        "第 {revision} 版已发布，内容同第 {restores} 版，自 {day} 起生效。",
    ),
    "fetched_by_sync": ("Laptops fetch it with their next sync.", "各终端下次同步时会自动获取。"),
    "key_made": (
        "The private key is in {file}; keep it to yourself. Its public key:\n{public}\n"
        "At the office, trust it with: fieldkit rules trust {public} --name NAME",
        "私钥已存入 {file}，请妥善保管。公钥：\n{public}\n"
        "请在公司运行：fieldkit rules trust {public} --name 名称",
    ),
    "trusted": (
        "Keys that may sign rule packs: {names}. Laptops learn it with their next sync.",
        "可签名规则包的密钥：{names}。各终端下次同步时得知。",
    ),
    "installed": (
        "Revision {revision} is installed. It decides from {day} on.",
        "第 {revision} 版已安装，自 {day} 起生效。",
    ),
    "known": ("Revision {revision} was installed already.", "第 {revision} 版此前已安装。"),
    "nothing_new": ("There is nothing new to install.", "没有可安装的新规则。"),
    "clock_behind": (
        "This device's clock is behind: the rules were made at {made}. They were installed all "
        "the same; set the clock.",
        "本机时钟偏慢：规则制作于 {made}。规则仍已安装，请校正时钟。",
    ),
    "saved": ("{count} rule packs are in {folder}.", "{folder} 中已有 {count} 个规则包。"),
    "history": ("revision {revision}  from {day}", "第 {revision} 版  自 {day}"),
    "until": ("until {day}", "至 {day}"),
    "made": ("made {moment}", "制作于 {moment}"),
    "signed_by": ("signed by {name}", "签名：{name}"),
    "restores": ("content of revision {revision}", "内容同第 {revision} 版"),
    "in_force": ("in force today", "今日有效"),
    "shipped": ("came with the program", "随程序提供"),
    "damaged": ("its file is missing or altered; sync again", "文件缺失或被改动，请重新同步"),
    "installed_by_sync": ("New rules: revision {revision}.", "已安装新规则：第 {revision} 版。"),
}

_SYNC = {
    "no_pack": (
        "The office does not have this rule pack any more. The rules in use stay. Sync again.",
        "公司已没有此规则包。现用规则不变。请重新同步。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.pack.{key}": text for key, text in (_REFUSED | _ERRORS).items()},
    "holidays.put": (
        "{file}: the announced days of {years}; {added} days new, {removed} gone.",
        "{file}：已写入 {years} 年公布的日期；新增 {added} 天，去除 {removed} 天。",
    ),
    "doctor.packs": ("Rule packs from the office: {count}", "公司发布的规则包：{count} 个"),
    "doctor.packs_bad": ("Rule packs: {error}", "规则包：{error}"),
    "error.holidays_not_announced": (
        "The days of {year} are not known to this version. The file is as it was. Update fieldkit "
        "after the notice of the State Council, or write the days into the file by hand.",
        "本版本没有{year}年的节假日。文件未改动。请在国务院通知发布后更新 fieldkit，"
        "或手工写入该文件。",
    ),
    "error.packs_damaged": (
        "The files of revision {revisions} are missing or altered, so older rules decide in their "
        "place. Sync, or install the packs again.",
        "第 {revisions} 版规则文件缺失或被改动，暂由较旧规则代为判定。请同步，或重新安装规则包。",
    ),
    **{f"error.publish.{key}": text for key, text in _PUBLISH.items()},
    **{f"error.sync.{key}": text for key, text in _SYNC.items()},
    **{f"packs.{key}": text for key, text in _SAID.items()},
    **{f"sync.problem.pack.{key}": text for key, text in _REFUSED.items()},
}
"""Messages of rule packs that travel."""
