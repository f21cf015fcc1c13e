"""The wheel of durable-rules: one for each lock, flag and Python; and the workflow for all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bundle import durable_wheel
from bundle.durable_wheel import compiler_settings, kept_in, locked
from tests.docs.test_pythons import PYTHONS, ROOT

WORKFLOWS = ROOT / ".github" / "workflows"


def test_the_entry_of_the_lock_has_its_hashes_and_no_other_entry() -> None:
    entry = locked("durable-rules")
    assert re.fullmatch(r"durable-rules==\S+ \\\n    --hash=sha256:[0-9a-f]{64}\n", entry)
    assert len(re.findall("^textual==", locked("durable-rules|textual"), re.MULTILINE)) == 1
    assert locked("durable") == ""


def test_a_wheel_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    here = {"XDG_CACHE_HOME": str(tmp_path)}
    folder = kept_in(here)
    folder.mkdir(parents=True)
    (folder / "durable_rules-2.0.28-any.whl").touch()
    assert durable_wheel.durable_wheel(here) == folder / "durable_rules-2.0.28-any.whl"


@pytest.mark.parametrize("changed", ["lock", "flag", "python"])
def test_another_lock_flag_or_python_is_another_wheel(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept_in({})
    if changed == "flag":
        monkeypatch.setattr(durable_wheel, "FLAG", "PyEval_CallObject=PyObject_Call")
    elif changed == "python":
        monkeypatch.setattr("sysconfig.get_config_var", lambda name: "cpython-315")
    else:
        lock = tmp_path / "lock"
        lock.write_text(locked("durable-rules").replace("sha256:", "sha256:0"))
        monkeypatch.setattr(locked, "__defaults__", (lock,))
    assert kept_in({}) != before


def checked(*files: Path) -> tuple[int, str]:
    done = subprocess.run(
        [Path(sys.executable).with_name("actionlint"), "-no-color", *files],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_the_workflows_are_such_and_a_mistake_is_found(tmp_path: Path) -> None:
    files = list(WORKFLOWS.glob("*.yml"))
    assert files
    assert checked(*files) == (0, "")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(files[0].read_text(encoding="utf-8").replace("matrix.system", "matrix.sistem"))
    code, said = checked(wrong)
    assert code == 1
    assert "sistem" in said


def test_the_workflow_builds_as_make_does_for_each_python() -> None:
    text = (WORKFLOWS / "wheels.yml").read_text(encoding="utf-8")
    steps = YAML(typ="safe").load(text)["jobs"]["wheels"]["steps"]
    (settings,) = [step["env"] for step in steps if "env" in step]
    assert settings["CIBW_BUILD"].split() == [f"cp{name.replace('.', '')}-*" for name in PYTHONS]
    for system, name in (("linux", "CIBW_ENVIRONMENT"), ("win32", "CIBW_ENVIRONMENT_WINDOWS")):
        ((variable, value),) = compiler_settings(system).items()
        assert settings[name] == f'{variable}="{value}"'
    assert "Untried: " in text, "it says so until a machine has run it"
