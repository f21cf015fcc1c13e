"""Rule packs from a supervisor's folder to a laptop, on the command line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.shipped import shipped_rules
from tests.services.home.test_installed_packs import enrolled_at
from tests.sync.exchange import Clock

Shell = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Runs a command beside an office; answers exit code, what it printed, and stderr."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(tmp_path / "office"))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.delenv("FIELDKIT_PASSPHRASE", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    assert call("office", "init")[0] == 0
    return call


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A supervisor's copy of the default pack, with few scenarios so that tests stay quick."""
    folder = tmp_path / "pack"
    shutil.copytree(shipped_rules(), folder)
    for file in (folder / "tests").iterdir():
        if file.name not in ("prices.yaml", "holidays.yaml"):
            file.unlink()
    return folder


def goodwill(pack: Path, days: int) -> None:
    params = pack / "params.yaml"
    text = params.read_text(encoding="utf-8")
    head, _, rest = text.partition("goodwill_days:\n  {value: ")
    params.write_text(f"{head}goodwill_days:\n  {{value: {days}{rest[2:]}", encoding="utf-8")


def listed(shell: Shell, *arguments: object) -> list[dict[str, Any]]:
    code, out, _ = shell("rules", "history", *arguments, "--json")
    assert code == 0
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def test_a_pack_is_published_with_the_next_revision(shell: Shell, pack: Path) -> None:
    assert "Nothing is published yet" in shell("rules", "history")[1]
    goodwill(pack, 45)
    code, out, _ = shell("rules", "publish", pack, "--effective-from", "2026-03-01")
    assert (code, "Revision 2 is published" in out, "1 Mar 2026" in out) == (0, True, True)
    head = (pack / "pack.yaml").read_text(encoding="utf-8")
    assert "revision: 2\neffective_from: 2026-03-01\n" in head
    assert head.startswith("# The default rule pack")
    assert shell("rules", "publish", pack, "--expires", "2999-12-31")[0] == 0
    rows = listed(shell)
    assert [(row["revision"], row["signed_by"]) for row in rows] == [(2, "office"), (3, "office")]
    assert [row["in_force"] for row in rows] == [False, True]
    assert rows[1]["expires"] == "2999-12-31"
    text = shell("rules", "history")[1].splitlines()
    assert text[0].startswith("revision 2  from 1 Mar 2026  made ")
    assert text[1].endswith("signed by office  in force today")


def test_scenarios_that_ask_one_table_are_proof_too(shell: Shell, pack: Path) -> None:
    alone = """\
today: 2026-11-22
scenarios:
  - id: loyal-customer
    title: "Faithful, 30 days past the end"
    table: charge
    facts: {coverage: expired, covered_by: term, days_past_expiry: 30, customer_tier: loyal}
    expect: {rules: [goodwill-just-expired], then: {charge: goodwill}}
"""
    (pack / "tests" / "holidays.yaml").unlink()
    only = pack / "tests" / "tables.yaml"
    only.write_text(alone.replace("then: {charge: goodwill}", "then: {charge: free}"), "utf-8")
    code, _, err = shell("rules", "publish", pack)
    assert (code, "1 of 1 scenarios fail" in err) == (1, True)
    only.write_text(alone, "utf-8")
    assert shell("rules", "publish", pack)[0] == 0
    assert b"tables.yaml" not in (pack / "pack.yaml").read_bytes()


def test_what_does_not_pass_is_not_published(shell: Shell, pack: Path) -> None:
    before = (pack / "pack.yaml").read_bytes()
    holidays = pack / "tests" / "holidays.yaml"
    good = holidays.read_text(encoding="utf-8")
    holidays.write_text(good.replace("charge: free", "charge: paid"), encoding="utf-8")
    code, _, err = shell("rules", "publish", pack)
    assert (code, "scenarios fail" in err, "fieldkit rules test" in err) == (1, True, True)
    holidays.unlink()
    code, _, err = shell("rules", "publish", pack)
    assert (code, "no scenarios" in err) == (1, True)
    holidays.write_text(good, encoding="utf-8")
    (pack / "charge.yaml").write_text("table: charge\n", encoding="utf-8")
    code, _, err = shell("rules", "publish", pack)
    assert (code, "fieldkit rules check" in err) == (2, True)
    assert (pack / "pack.yaml").read_bytes() == before
    assert listed(shell) == []


def test_a_pack_with_a_rule_that_can_never_decide_is_not_published(
    shell: Shell, pack: Path
) -> None:
    charge = pack / "approval.yaml"
    text = charge.read_text(encoding="utf-8")
    rule = text[text.index("  - id: choice") : text.index("  - id: exchange")]
    charge.write_text(text.replace(rule, rule + rule.replace("choice", "again", 1)))
    code, _, err = shell("rules", "publish", pack)
    assert (code, "approval.yaml:" in err) == (1, True)


def test_nobody_undoes_what_others_published(shell: Shell, pack: Path, tmp_path: Path) -> None:
    other = shutil.copytree(pack, tmp_path / "other")
    assert shell("rules", "publish", pack)[0] == 0
    code, _, err = shell("rules", "publish", other)
    assert (code, "revision 1, but revision 2 is published" in err) == (1, True)
    assert [row["revision"] for row in listed(shell)] == [2]


def test_rolling_back_publishes_the_old_rules_again(shell: Shell, pack: Path) -> None:
    code, _, err = shell("rules", "rollback")
    assert (code, "nothing to roll back" in err) == (1, True)
    goodwill(pack, 45)
    shell("rules", "publish", pack, "--effective-from", "2026-03-01")
    goodwill(pack, 99)
    shell("rules", "publish", pack, "--effective-from", "2026-04-01")
    code, out, _ = shell("rules", "rollback")
    assert (code, "Revision 4 is published with the content of revision 2" in out) == (0, True)
    assert "1 Apr 2026" in out
    code, out, _ = shell("rules", "rollback", "1", "--effective-from", "2026-05-01")
    assert (code, "Revision 5 is published with the content of revision 1" in out) == (0, True)
    for bad in ("5", "9", "0"):
        code, _, err = shell("rules", "rollback", bad)
        assert (code, "cannot be brought back" in err) == (1, True)
    assert [row.get("restores") for row in listed(shell)] == [None, None, 2, 1]


def test_a_key_of_her_own_counts_when_the_office_trusts_it(
    shell: Shell, pack: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mei.key"
    code, out, _ = shell("rules", "keygen", file, "--json")
    public = json.loads(out)["public"]
    assert (code, file.stat().st_mode & 0o077) == (0, 0)
    assert shell("rules", "keygen", file)[0] == 2
    code, _, err = shell("rules", "publish", pack, "--key", file)
    assert (code, "not trusted" in err) == (1, True)
    code, out, _ = shell("rules", "trust", public, "--name", "mei")
    assert (code, "office, mei" in out) == (0, True)
    assert shell("rules", "publish", pack, "--key", file)[0] == 0
    assert listed(shell)[0]["signed_by"] == "mei"
    assert shell("rules", "distrust", "mei")[0] == 0
    assert shell("rules", "publish", pack, "--key", file)[0] == 1
    for words in (("distrust", "mei"), ("distrust", "office"), ("trust", "fkp:x", "--name", "x")):
        code, _, err = shell("rules", *words)
        assert (code, err.count("\n")) == (2, 1)
    file.write_text("nonsense")
    code, _, err = shell("rules", "publish", pack, "--key", file)
    assert (code, "keygen" in err) == (2, True)


def test_a_laptop_without_a_network_installs_from_a_folder(
    shell: Shell, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldkit.office.office import open_office
    from fieldkit.services.home.session import open_session
    from fieldkit.store.home.home import Home
    from fieldkit.sync.protocol.keys import b64
    from tests.services.packs import Publisher

    goodwill(pack, 45)
    shell("rules", "publish", pack, "--effective-from", "2026-03-01")
    stick = tmp_path / "stick"
    assert shell("rules", "save", stick)[0] == 0
    assert [path.name for path in stick.iterdir()] == ["fieldkit-default-r2.fkpack"]

    assert shell("init", "--person", "wang.lei", "--protect", "file")[0] == 0
    code, _, err = shell("rules", "install", stick)
    assert (code, "not enrolled" in err) == (3, True)
    with open_office(tmp_path / "office", lambda: "", Clock()) as office:
        publisher = Publisher(office.keys.root, office.keys.pack)
        assert publisher.root_public == b64(office.keys.root_public)
    with open_session(Home(tmp_path / "home"), {}) as session:
        enrolled_at(session, publisher)
    code, out, _ = shell("rules", "install", stick)
    assert (code, out) == (0, "Revision 2 is installed. It decides from 1 Mar 2026 on.\n")
    assert shell("rules", "install", stick)[1] == "There is nothing new to install.\n"
    monkeypatch.delenv("FIELDKIT_OFFICE")
    rows = listed(shell)
    assert [(row["revision"], row["in_force"]) for row in rows] == [(1, False), (2, True)]

    forged = stick / "fieldkit-default-r2.fkpack"
    forged.write_text(forged.read_text().replace("value: 45", "value: 99"))
    code, _, err = shell("rules", "install", forged)
    assert (code, "params.yaml" in err, "changed after signing" in err) == (1, True, True)
    code, _, err = shell("rules", "install", tmp_path / "nothing")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "1.3.2026"])
def test_a_day_that_is_none_is_wrong_usage(shell: Shell, pack: Path, day: str) -> None:
    assert shell("rules", "publish", pack, "--effective-from", day)[0] == 2


def test_a_pack_cannot_expire_before_it_begins(shell: Shell, pack: Path) -> None:
    days = ("--effective-from", "2026-03-01", "--expires", "2026-02-01")
    code, _, err = shell("rules", "publish", pack, *days)
    assert (code, err.count("\n")) == (2, 1)
    assert listed(shell) == []
