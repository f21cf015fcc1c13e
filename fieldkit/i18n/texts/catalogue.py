"""Publishing the office's catalogue, and taking it on a laptop."""

_COUNTS = "{new} new, {changed} changed, {gone} gone"
_COUNTS_ZH = "新增 {new}，变更 {changed}，移除 {gone}"

_REFUSED = {
    "altered": (
        "The office's catalogue does not match its checksum, so the one on this device stays in "
        "use. Tell the office to publish it again.",
        "公司目录与其校验值不符，本机继续使用现有目录。请通知公司重新发布。",
    ),
    "not_usable": (
        "This version cannot read the office's new catalogue, so the one on this device stays in "
        "use. Update fieldkit.",
        "本版本无法读取公司的新目录，本机继续使用现有目录。请更新 fieldkit。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    "catalogue.started": (
        "The catalogue is in {folder}. Edit its files, raise the revision in catalogue.yaml, then "
        "publish it: fieldkit office catalogue publish {folder}",
        "目录已复制到 {folder}。请编辑其中的文件，调高 catalogue.yaml 里的 revision，"
        "然后发布：fieldkit office catalogue publish {folder}",
    ),
    "catalogue.published": (
        "Catalogue revision {revision} is published; each laptop takes it with its next sync.",
        "第 {revision} 版目录已发布，各电脑将在下次同步时获取。",
    ),
    "catalogue.changed.parts": (f"Parts: {_COUNTS}", f"配件：{_COUNTS_ZH}"),
    "catalogue.changed.faults": (f"Faults: {_COUNTS}", f"故障：{_COUNTS_ZH}"),
    "catalogue.changed.models": (f"Models: {_COUNTS}", f"型号：{_COUNTS_ZH}"),
    "catalogue.listed": (
        "Revision {revision}  {at}  by {by}",
        "第 {revision} 版  {at}  发布人 {by}",
    ),
    "catalogue.none_published": (
        "Nothing is published yet: everybody uses the catalogue that came with the program.",
        "尚未发布目录：所有人使用程序自带的目录。",
    ),
    "catalogue.installed_by_sync": (
        "New catalogue: revision {revision}.",
        "已安装新目录：第 {revision} 版。",
    ),
    "error.catalogue.not_plain": (
        "The catalogue holds control characters at {where}. Nothing was published; type that text "
        "anew.",
        "目录的 {where} 处含有控制字符，未发布。请重新输入该文字。",
    ),
    "error.catalogue.not_newer": (
        "This is revision {revision}, and revision {newest} is published already. Nothing was "
        "changed. Raise the revision in catalogue.yaml above {newest}.",
        "这是第 {revision} 版，而第 {newest} 版已经发布，未做任何更改。"
        "请把 catalogue.yaml 里的 revision 调到 {newest} 以上。",
    ),
    "error.catalogue.not_in_rules": (
        "Forms would offer what the rules do not know ({values}): {pack} revision {revision} has "
        "it not in values.yaml. Nothing was changed. Publish rules that declare it first.",
        "表单会提供规则不认识的取值（{values}）：{pack} 第 {revision} 版的 values.yaml 中没有。"
        "未做任何更改。请先发布声明了这些取值的规则。",
    ),
    "error.catalogue.folder_exists": (
        "{folder} is there already. Nothing was changed. Name a new folder.",
        "{folder} 已存在，未做任何更改。请指定新文件夹。",
    ),
    **{f"error.catalogue.{key}": both for key, both in _REFUSED.items()},
    **{f"sync.problem.catalogue.{key}": both for key, both in _REFUSED.items()},
    "sync.problem.catalogue.not_fetched": (
        "The office's new catalogue could not be fetched; the next sync tries again. The one on "
        "this device goes on working.",
        "未能获取公司的新目录，下次同步会再试。本机现有目录继续有效。",
    ),
    "error.sync.no_catalogue": (
        "The office has published no catalogue. The one that came with the program is in use.",
        "公司尚未发布目录，正在使用程序自带的目录。",
    ),
}
"""Messages of the catalogue."""
