"""Every command in docs/rules.md is run, and answers as the page says.

Each section (`## `) starts with a fresh copy of the pack. Blocks marked `diff FILE` are edits;
blocks marked `json FILE` are files; blocks marked `console` are commands with their answers, where
`…` stands for anything.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.i18n import messages

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(console|diff|json)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\(exit code (\d+)\)\Z")


@dataclass
class Command:
    """A typed line, the lines of its answer, and its exit code."""

    line: str
    answer: list[str] = field(default_factory=list)
    code: int = 0


def commands(block: str) -> Iterator[Command]:
    """The commands of a block."""
    found: list[Command] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif match := _CODE.match(line):
            found[-1].code = int(match[1])
        elif line:
            found[-1].answer.append(line)
    return iter(found)


def sections() -> list[tuple[str, str]]:
    """The sections with something to run, by their titles."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [(title, body) for title, body in pairs if _BLOCK.search(body)]


def apply(file: Path, change: str) -> None:
    """Replace each run of `-` lines by the `+` lines after it. In CSV a line is part of a row."""
    text = file.read_text(encoding="utf-8")
    for match in re.finditer(r"((?:^-.*\n)+)((?:^\+.*\n)*)", change, re.MULTILINE):
        old, new = (re.sub(r"^[-+]", "", part, flags=re.MULTILINE) for part in match.groups())
        if file.suffix == ".csv":
            old, new = old.rstrip("\n"), new.rstrip("\n")
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8", newline="")


def answers(expected: list[str], said: str) -> bool:
    """Whether the lines of the page are what was said."""
    parts = [re.escape(line).replace("…", ".*") for line in expected]
    return re.fullmatch("\n".join(parts), said.strip("\n"), re.DOTALL) is not None


@pytest.mark.parametrize(("title", "body"), sections(), ids=[title for title, _ in sections()])
def test_the_page_tells_the_truth(
    title: str,
    body: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "rules" / "ebike", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    for kind, file, block in _BLOCK.findall(body):
        if kind == "diff":
            apply(tmp_path / file, block)
            continue
        if kind == "json":
            (tmp_path / file).write_text(block, encoding="utf-8")
            continue
        for command in commands(block):
            words = shlex.split(command.line)
            if words[:2] == ["cp", "-r"]:
                shutil.copytree(words[2], words[3])
                continue
            if words[0] == "cp":
                shutil.copyfile(words[1], words[2])
                continue
            assert words[0] == "fieldkit"
            capsys.readouterr()
            code = run(words[1:])
            said = "".join(capsys.readouterr())
            assert code == command.code, f"{command.line}\n{said}"
            assert answers(command.answer, said), f"{command.line}\n{said}"


def test_the_page_names_every_command_it_explains() -> None:
    run_here = set(re.findall(r"^\$ fieldkit rules ([a-z-]+)", PAGE, re.MULTILINE))
    assert {"vocabulary", "check", "fmt", "diff", "to-csv", "from-csv"} <= run_here


def test_the_page_is_not_vacuous() -> None:
    assert not answers(["a", "…", "c"], "a\nb\nd")
    assert answers(["a", "…", "c"], "a\nb\nb\nc")
    assert not answers(["a"], "a\nb")


def test_the_messages_on_the_page_are_messages_of_the_program() -> None:
    said = {text.format_map(_Dots()) for key, (text, _) in messages().items() if _is_told(key)}
    table = PAGE[PAGE.index("| Message | What to do |") :]
    rows = table[: table.index("\n\n")].splitlines()[2:]
    assert rows
    for row in rows:
        assert row.strip("| ").split(" | ")[0] in said


def _is_told(key: str) -> bool:
    """What the app says on its screens may name keys, and is on no page of the rules."""
    return "{key:" not in messages()[key][0]


class _Dots(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"
