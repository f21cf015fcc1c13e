"""Asking for a case must cost nothing of YAML and of the rule engine."""

import subprocess
import sys


def _loaded(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_package_imports_neither_yaml_nor_the_engine() -> None:
    loaded = _loaded("from fieldkit.rules import Case, read_case")
    assert "fieldkit.rules.model.case" in loaded
    assert not {"durable", "ruamel.yaml", "fieldkit.rules.loading.loader"} & loaded


def test_the_decider_brings_the_engine_only_when_it_decides() -> None:
    assert "durable" not in _loaded("from fieldkit.rules import Decider, load_pack")
