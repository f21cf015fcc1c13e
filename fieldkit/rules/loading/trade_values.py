"""The values of the trade: read from a pack's `values.yaml`, and held against what was recorded.

The code knows facts; which components, causes, hazards, modifications and findings there are,
only the pack says. A new trade is a new pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.errors import FieldProblem
from fieldkit.rules.loading.node_readers import as_name, as_one_of, as_texts, fields
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model.case import SERVICE, Case, CaseLine, unknown_field, unknown_value
from fieldkit.rules.model.pack import Values
from fieldkit.rules.model.problems import Report

FILE = "values.yaml"
SECTIONS = ("system", "component", "cause", "hazard", "modification", "finding", "charger")
"""The lists of a `values.yaml`; the first three must be there."""
EMERGENCIES = ("always", "while_rising")
OFFERED = ("component", "cause", "hazard", "modification", "finding", "charger")
"""The lists that forms offer, too, from the catalogue."""
_MAX_VALUES = 400  # of a list: each hazard, modification and finding makes a fact of its own


def read_values(node: Node, taken: Iterable[str], report: Report) -> Values:
    """The values that are declared, with every problem noted. `taken` are names of facts, which
    no finding may have, because a finding is a fact of its name."""
    sections = fields(node, report, SECTIONS, required=SECTIONS[:3], pairs=True)
    names: dict[str, dict[str, Text]] = {section: {} for section in SECTIONS}
    emergencies: dict[str, str] = {}
    for section, (_, listed) in sections.items():
        for code, (key, entry) in fields(listed, report, None, pairs=True).items():
            if as_name(key, report) is None:
                continue
            if section == "finding" and code in taken:
                report.add(key.at, "finding_is_fact", name=code)
                continue
            beside = ("emergency",) if section == "hazard" else ()
            names[section][code] = as_texts(entry, report, beside) or Text(en="", zh="")
            emergency = entry.items.get("emergency")
            if section == "hazard" and emergency is not None:
                emergencies[code] = as_one_of(emergency[1], EMERGENCIES, report) or ""
        if len(names[section]) > _MAX_VALUES:
            report.add(listed.at, "too_many_values", limit=_MAX_VALUES)
    if "component" in sections and SERVICE not in names["component"]:
        report.add(sections["component"][0].at, "no_service_component", name=SERVICE)
    return Values(names, emergencies)


# -- what forms offer ----------------------------------------------------------------------------


def undeclared(catalogue: Catalogue, values: Values) -> list[str]:
    """What forms offer and the rules do not know: `hazard: smoke`."""
    return _listed(catalogue, values, lambda offered, known: offered - known)


def unlike_values(catalogue: Catalogue, values: Values) -> list[str]:
    """The same, and what the rules know and forms leave out."""
    return _listed(catalogue, values, lambda offered, known: offered ^ known)


def _listed(
    catalogue: Catalogue, values: Values, pick: Callable[[set[str], set[str]], set[str]]
) -> list[str]:
    found = []
    for name in OFFERED:
        offered = {choice.code for choice in catalogue.lists.get(name, ())}
        if codes := pick(offered, set(values.codes(name))):
            found.append(f"{name}: {', '.join(sorted(codes))}")
    return found


# -- what was recorded -------------------------------------------------------------------------


def unknown_values(case: Case, values: Values) -> list[FieldProblem]:
    """What was recorded in values that the pack does not know; the keys are those of `read_case`.

    Nothing of it is passed over: a hazard that the rules do not know is a hazard all the same.
    """
    return [*_of_case(case, values)]


def _of_case(case: Case, values: Values) -> Iterator[FieldProblem]:
    for section, name in (("hazard", "hazards"), ("modification", "modifications")):
        for place, code in enumerate(getattr(case, name)):
            yield from _check(f"{name}.{place}", code, section, values)
    yield from _check("charger", case.charger, "charger", values)
    yield from _check("recall_component", case.recall_component, "component", values)
    for place, line in enumerate(case.lines):
        yield from _check(f"lines.{place}.component", line.component, "component", values)
        yield from _check(f"lines.{place}.cause", line.cause, "cause", values)
        for code in line.findings:
            if code not in values.names["finding"]:
                known = [*CaseLine.model_fields, *values.codes("finding")]
                yield unknown_field(f"lines.{place}.{code}", code, known)


def _check(path: str, code: str | None, section: str, values: Values) -> Iterator[FieldProblem]:
    if code is not None and code not in values.names[section]:
        yield unknown_value(path, code, values.codes(section))
