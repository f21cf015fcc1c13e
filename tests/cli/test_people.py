"""`fieldkit people` and `fieldkit --as`: a laptop that is shared."""

import json
from pathlib import Path

import pytest
import typer

from fieldkit.cli.app import run

NOTE = ["customer", "register", "--set", "name=Li Hua", "--set", "phone=000-0000-0101"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of one person, named by FIELDKIT_HOME."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    for name in ("FIELDKIT_PASSPHRASE", "FIELDKIT_PIN"):
        monkeypatch.delenv(name, raising=False)
    assert run(["init", "--person", "Wang Min", "--protect", "file"]) == 0


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed where a secret is asked for, one after the other."""
    lines: list[str] = []
    monkeypatch.setattr(typer, "prompt", lambda text, **_: lines.pop(0))
    return lines


def test_a_shared_laptop(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(NOTE) == 0
    assert run(["people", "add", "Chen Jing"]) == 0
    assert run(NOTE) == 3
    assert "fieldkit --as NAME" in capsys.readouterr().err
    typed[:] = ["4711", "4711"]
    assert run(["people", "pin", "Wang Min"]) == 0
    assert run(["--as", "Wang Min", *NOTE]) == 0
    assert run(["--as", "Chen Jing", *NOTE]) == 0
    assert typed == []
    capsys.readouterr()
    assert run(["people", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "Wang Min", "has_pin": True, "confirmed": True},
        {"name": "Chen Jing", "has_pin": False, "confirmed": True},
    ]
    assert run(["people", "list"]) == 0
    assert capsys.readouterr().out == "Wang Min  (PIN)\nChen Jing\n"
    assert run(["--as", "Chen Jing", "people", "remove", "Chen Jing"]) == 1
    assert "sign in as Wang Min" in capsys.readouterr().err
    typed[:] = ["4711"]
    assert run(["--as", "Wang Min", "people", "remove", "Chen Jing"]) == 0
    typed[:] = ["4711"]
    assert run(["--as", "Wang Min", "people", "pin", "Wang Min", "--remove"]) == 0
    assert run(NOTE) == 0


def test_a_pin_from_the_environment(
    typed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed[:] = ["4711"]
    assert run(["people", "pin", "Wang Min"]) == 0
    monkeypatch.setenv("FIELDKIT_PIN", "4712")
    assert run(["--as", "Wang Min", *NOTE]) == 1
    assert "not hers" in capsys.readouterr().err
    monkeypatch.setenv("FIELDKIT_PIN", "4711")
    assert run(["--as", "Wang Min", *NOTE]) == 0
    assert run(["--as", "Chen Jing", *NOTE]) == 1
    assert "Nobody called" in capsys.readouterr().err


def test_an_unusable_pin_changes_nothing(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed[:] = ["12"]
    assert run(["people", "pin", "Wang Min"]) == 2
    assert "4 to 12 digits" in capsys.readouterr().err
    assert run(NOTE) == 0
