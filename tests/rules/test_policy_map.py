"""The default pack says each rule of the warranty policy, and nothing that is of no policy.

`policy_map.yaml` names the rules that say each; that they decide rightly is what the scenarios of
the pack show, which hit every rule.
"""

from importlib import import_module
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from fieldkit.rules import load_pack
from fieldkit.shipped import shipped_rules

MAP: dict[str, list[str]] = YAML(typ="safe").load(
    Path(__file__).with_name("policy_map.yaml").read_text("utf-8")
)
RULES = {
    f"{table.name}/{rule.id}" for table in load_pack(shipped_rules()).tables for rule in table.rules
}


@pytest.mark.parametrize("entry", MAP)
def test_what_decides_an_entry_of_the_policy_is_there(entry: str) -> None:
    assert MAP[entry]
    for place in MAP[entry]:
        if "/" in place:
            assert place in RULES
        else:
            module, _, name = place.partition(":")
            assert callable(getattr(import_module(module), name))


def test_every_rule_belongs_to_an_entry_of_the_policy() -> None:
    assert RULES - {place for places in MAP.values() for place in places} == set()
