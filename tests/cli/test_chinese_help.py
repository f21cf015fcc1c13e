"""Help and wrong usage in Chinese: of every command, and nothing of it is loaded for English."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer._click import Command
from typer.main import get_command

from fieldkit.cli.app import app, run
from fieldkit.i18n import width
from fieldkit.i18n.help import SENTENCES, paragraphs

TYPERS_OWN = {"Show this message and exit."}


def commands(
    command: Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


ALL = dict(commands(get_command(app)))


def said_in_english() -> set[str]:
    texts = [command.help for command in ALL.values()]
    texts += [getattr(one, "help", "") for command in ALL.values() for one in command.params]
    return {part for text in texts for part in paragraphs(text or "")} | TYPERS_OWN


def test_every_sentence_of_the_help_has_its_chinese_and_none_is_left_over() -> None:
    english = said_in_english()
    assert english - SENTENCES.keys() == set()
    assert SENTENCES.keys() - english == set()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_everything_has_a_help_and_is_shown_in_chinese(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    command = ALL[path]
    assert command.help
    assert [one.name for one in command.params if not getattr(one, "help", "")] == []
    assert run(["--lang", "zh", *path, "--help"]) == 0
    said = capsys.readouterr().out
    flat = "".join(said.split())
    for text in (command.help, *(one.help for one in command.params)):  # type: ignore[attr-defined]
        for part in paragraphs(text):
            assert "".join(SENTENCES[part].split()) in flat
            assert part not in said
    for word in ("Usage", "Options:", "Arguments:", "Commands:", "required", "default:", "Show"):
        assert word not in said
    assert max(width(line) for line in said.splitlines()) <= 80


@pytest.mark.parametrize(
    "variables",
    [{"FIELDKIT_LANG": "zh"}, {"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_TW", "LANG": "C"}],
)
def test_a_chinese_environment_is_enough(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FIELDKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["job", "list", "--help"]) == 0
    assert "用法：" in capsys.readouterr().out
    assert run(["--lang", "en", "job", "list", "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out
    assert run(["--home", "zh", "--lang=en", "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_an_english_call_loads_nothing_of_it() -> None:
    script = (
        "import sys; from fieldkit.cli.app import run; run(['job', '--help']);"
        "sys.exit(any('chinese_help' in name or 'i18n.help' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ("jbo", "no command jbo. Did you mean job?", "没有命令 jbo。是否想用 job？"),
        ("job xx", "no command xx.", "没有命令 xx。"),
        ("job show", "JOB is missing.", "缺少 JOB。"),
        ("init", "--person is missing.", "缺少 --person。"),
        (
            "job paper x",
            "--kind is missing: receipt, report, invoice, credit_note.",
            "缺少 --kind，可选：receipt",
        ),
        ("job show a b", "Too many arguments: b.", "多余的参数：b。"),
        ("--hme x", "no option --hme. Did you mean --help, --home?", "没有选项 --hme。"),
        ("job list --zzz", "no option --zzz.", "没有选项 --zzz。"),
        ("job paper x --kind", "--kind needs a value.", "--kind 后面须有值。"),
        ("job list --all=3", "--all takes no value.", "--all 后面不能有值。"),
        (
            "init --person a --role x",
            "--role: x is none of technician,",
            "x 不在可选值中：technician,",
        ),
        ("office serve --port x", "--port takes a whole number.", "--port 须为整数。"),
        ("rules test --threshold x", "--threshold takes a number.", "--threshold 须为数值。"),
        ("demo --jobs -5", "--jobs must be at least 1.", "--jobs 不能小于 1。"),
        ("office serve --port 99999", "--port must be at most 65535.", "--port 不能大于 65535。"),
        ("init --person a --protect x", "--protect: auto, keyring,", "--protect：auto、keyring、"),
        ("sync --enrol X", "--enrol and --office go together.", "--enrol 与 --office 须一起使用。"),
    ],
)
def test_wrong_usage_is_told_in_the_language(
    line: str, english: str, chinese: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, words in (("en", english), ("zh", chinese)):
        assert run(["--lang", lang, *line.split()]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert len(said.splitlines()) == 1


def test_a_group_without_a_command_shows_its_help_and_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--lang", "zh", "job"]) == 2
    said = capsys.readouterr()
    assert "用法：fieldkit job" in said.out + said.err or "job [选项]" in said.out + said.err
    assert "用法有误" not in said.out + said.err
