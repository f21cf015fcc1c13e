"""`fieldkit van`: what a script loads, counts and reads."""

import json

from tests.cli.test_publish import Shell, shell

__all__ = ["shell"]


def test_a_van_is_loaded_counted_and_shown(shell: Shell) -> None:
    shell("init", "--person", "anna", "--protect", "file")
    assert "fieldkit van load" in shell("van", "show")[1]
    assert "The van holds 2 × P-HAL." in shell("van", "load", "P-HAL=2", "P-PAD=4")[1]
    assert "The van holds 1 × P-HAL." in shell("van", "count", "P-HAL=1")[1]
    shown = {item["part"]: item["free"] for item in json.loads(shell("van", "show", "--json")[1])}
    assert shown == {"P-HAL": 1, "P-PAD": 4}
    assert "The van holds 3 × P-HAL." in shell("van", "load", "--usual")[1]
    assert shell("van", "load", "--usual")[:2] == (0, "")


def test_what_is_no_part_or_no_number_is_wrong_usage(shell: Shell) -> None:
    shell("init", "--person", "anna", "--protect", "file")
    for wrong in ("P-NONE=1", "P-HAL", "P-HAL=0", "P-HAL=-1"):
        assert shell("van", "load", wrong)[0] == 2
    assert shell("van", "load")[0] == 2
    assert "fieldkit van load" in shell("van", "show")[1]
