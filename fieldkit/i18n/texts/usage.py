"""What is wrong with a command line: what Typer says in English only, in both languages."""

_USAGE = {
    "missing": ("{name} is missing.", "缺少 {name}。"),
    "missing_choice": ("{name} is missing: {choices}.", "缺少 {name}，可选：{choices}。"),
    "no_command": ("There is no command {name}.", "没有命令 {name}。"),
    "no_command_near": (
        "There is no command {name}. Did you mean {near}?",
        "没有命令 {name}。是否想用 {near}？",
    ),
    "no_option": ("There is no option {name}.", "没有选项 {name}。"),
    "no_option_near": (
        "There is no option {name}. Did you mean {near}?",
        "没有选项 {name}。是否想用 {near}？",
    ),
    "too_many": ("Too many arguments: {name}.", "多余的参数：{name}。"),
    "needs_value": ("{name} needs a value.", "{name} 后面须有值。"),
    "takes_no_value": ("{name} takes no value.", "{name} 后面不能有值。"),
    "invalid": ("{name}: {why}", "{name}：{why}"),
    "not_one_of": (
        "{name}: {value} is none of {choices}.",
        "{name}：{value} 不在可选值中：{choices}。",
    ),
    "not_whole": ("{name} takes a whole number.", "{name} 须为整数。"),
    "not_number": ("{name} takes a number.", "{name} 须为数值。"),
    "too_small": ("{name} must be at least {least}.", "{name} 不能小于 {least}。"),
    "too_large": ("{name} must be at most {most}.", "{name} 不能大于 {most}。"),
    "lang": ("en or zh", "en 或 zh"),
    "file_there": (
        "there is a file already, and it was left as it is. Name another one, or add --replace.",
        "该文件已存在，未作改动。请换一个文件名，或加上 --replace。",
    ),
    "protect": ("auto, keyring, passphrase or file", "auto、keyring、passphrase 或 file"),
    "at": ("HH:MM, such as 21:30", "HH:MM，如 21:30"),
    "remove_alone": ("--remove goes without --print.", "--remove 不能与 --print 一起使用。"),
    "for_with_print": ("--for goes with --print.", "--for 须与 --print 一起使用。"),
    "enrol_with_office": ("--enrol and --office go together.", "--enrol 与 --office 须一起使用。"),
    "cert_with_key": ("--cert and --key go together.", "--cert 与 --key 须一起使用。"),
    "name_or_auto": (
        "Name a technician or give --auto, not both.",
        "请指定技师或使用 --auto，不能同时使用。",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {f"usage.{key}": both for key, both in _USAGE.items()}
"""Messages of wrong usage."""
