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
    "no_file": (
        "There is no signed rule pack in {file}. Nothing was changed.",
        "{file} 中没有签名规则包，未做任何更改。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **{f"error.pack.{key}": text for key, text in (_REFUSED | _ERRORS).items()},
    **{f"sync.problem.pack.{key}": text for key, text in _REFUSED.items()},
}
"""Messages of rule packs that travel."""
