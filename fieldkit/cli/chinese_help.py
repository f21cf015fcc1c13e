"""The help of the commands in Chinese: sentences, headings, marks. Imported for nothing else."""

import re
from collections.abc import Sequence

import typer
from typer._click import Command, HelpFormatter  # Typer has no names of its own for them
from typer.core import TyperArgument, TyperOption

from fieldkit.i18n import fit, width
from fieldkit.i18n.help import help_in_chinese, paragraphs
from fieldkit.tui.text.lines import wrap

_HEADINGS = {"Arguments": "参数", "Options": "选项", "Commands": "命令"}
_USAGE = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
_KINDS = {
    "<str>": "<文本>",
    "<list[str]>": "<文本>...",
    "<path>": "<路径>",
    "<int>": "<整数>",
    "<float>": "<数值>",
    "NAME": "姓名",
    "DATE": "日期",
}
_MARKS = {"required": "必填", "default: ": "默认："}
_MARKED = re.compile(r"(?P<text>.*?)(?:  )?(?P<marks>\[(?:default: |required|\d|x[<>]).*\])?", re.S)


class _ChineseFormatter(HelpFormatter):
    """Writes what Typer writes in Chinese, and wraps by cells: Chinese has no spaces."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        head = f"用法：{prog} "
        for english, chinese in _USAGE.items():
            args = args.replace(english, chinese)
        self._write_beside(head, args)

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_HEADINGS[heading]}：\n")

    def write_text(self, text: str) -> None:
        room = self.width - self.current_indent
        for number, part in enumerate(text.split("\n\n")):
            self.write("\n" * (number > 0))
            for line in wrap(part, room):
                self.write(f"{' ' * self.current_indent}{line}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        named = [(_kinds(first), _marks(second)) for first, second in rows]
        column = min(max(width(first) for first, _ in named), col_max) + col_spacing
        for first, second in named:
            margin = " " * self.current_indent
            head = margin + first
            if width(first) > column - col_spacing:
                for line in wrap(first.replace("|", "| "), self.width - self.current_indent):
                    self.write(margin + line.replace("| ", "|") + "\n")
                head = ""
            self._write_beside(fit(head, column + self.current_indent), second)

    def _write_beside(self, head: str, text: str) -> None:
        lines = wrap(text, self.width - width(head))
        self.write(f"{head}{lines[0]}".rstrip() + "\n")
        for line in lines[1:]:
            self.write(" " * width(head) + line + "\n")


class _ChineseContext(typer.Context):
    formatter_class = _ChineseFormatter


def _kinds(first: str) -> str:
    """An option or argument with the kind of its value: `--home <path>`."""
    return " ".join(_KINDS.get(word, word) for word in first.split(" "))


def _marks(second: str) -> str:
    """A help sentence, which is Chinese already or Typer's own, with its marks at the end."""
    found = _MARKED.fullmatch(second)
    text, marks = (found["text"], found["marks"] or "") if found else (second, "")
    for english, chinese in _MARKS.items():
        marks = marks.replace(english, chinese)
    return f"{help_in_chinese(text)} {marks}".strip()


def put_in_chinese(command: Command) -> None:
    """Make the help of a command, and of all below it, Chinese."""
    command.context_class = _ChineseContext
    if command.help:
        command.short_help = help_in_chinese(paragraphs(command.help)[0])
        command.help = help_in_chinese(command.help)
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption) and parameter.help:
            parameter.help = help_in_chinese(parameter.help)
    for below in getattr(command, "commands", {}).values():
        put_in_chinese(below)
