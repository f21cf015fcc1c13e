"""The catalogue from a supervisor's folder to a laptop, on the command line."""

import json
from pathlib import Path
from shutil import copytree

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.office.office import open_office
from fieldkit.services.home.ids import uuid7
from fieldkit.shipped import shipped_rules
from tests.cli.test_publish import Shell, shell

__all__ = ["shell"]


def test_a_catalogue_is_edited_published_and_taken(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    assert "Nothing is published" in shell("office", "catalogue", "list")[1]
    assert shell("office", "catalogue", "start", folder)[0] == 0
    assert shell("office", "catalogue", "start", folder)[0] == 2
    edit(folder, "models.yaml", "QL-C24", "QL-C26")
    edit(folder, "catalogue.yaml", "revision: 3", "revision: 5")
    code, out, _ = shell("office", "catalogue", "publish", folder)
    assert (code, "revision 5 is published" in out) == (0, True)
    assert "Models: 1 new, 0 changed, 1 gone" in out
    assert "Parts: 0 new, 0 changed, 0 gone" in out
    code, _, err = shell("office", "catalogue", "publish", folder)
    assert (code, "revision 5 is published already" in err) == (2, True)
    listed = json.loads(shell("office", "catalogue", "list", "--json")[1])
    assert [(item["revision"], item["by"]) for item in listed] == [(5, "administrator")]
    assert "Revision 5" in shell("office", "catalogue", "list")[1]
    sold = ["--set", "serial_confirmed=true", "--set", "serial=C26-1", "--set", "model=QL-C26"]
    assert shell("office", "product", "new", *sold)[0] == 0
    assert (
        shell(
            "office",
            "product",
            "new",
            "--set",
            "serial_confirmed=true",
            "--set",
            "serial=1",
            "--set",
            "model=QL-C24",
        )[0]
        == 2
    )
    shell("init", "--person", "anna", "--protect", "file")
    with open_office(tmp_path / "office", uuid7) as office, serving(office) as url:
        code_word = create_enrolment(office, "anna", Role.TECHNICIAN)
        code, out, _ = shell("sync", "--enrol", code_word, "--office", url)
        assert (code, "New catalogue: revision 5." in out) == (0, True)
    assert shell("product", "register", *sold)[0] == 0


def test_a_folder_with_a_mistake_is_not_published(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shell("office", "catalogue", "start", folder)
    edit(folder, "parts.yaml", "price:", "price: x", count=1)
    code, _, err = shell("office", "catalogue", "publish", folder)
    assert (code, "parts.yaml" in err) == (3, True)
    assert shell("office", "catalogue", "publish", tmp_path / "nowhere")[0] == 3
    assert "Nothing is published" in shell("office", "catalogue", "list")[1]


def test_forms_never_offer_what_the_rules_do_not_know(shell: Shell, tmp_path: Path) -> None:
    """A new value is published with the rules first, an old one goes with the catalogue first."""
    folder, rules = tmp_path / "catalogue", tmp_path / "rules"
    shell("office", "catalogue", "start", folder)
    copytree(shipped_rules(), rules)
    for file in (rules / "tests").iterdir():
        if file.name not in ("prices.yaml", "holidays.yaml"):
            file.unlink()
    old, new = "  hiss: {en:", "  sparks: {en: Sparks, zh: 冒火花}\n  hiss: {en:"
    edit(folder, "lists.yaml", old, new)
    edit(folder, "catalogue.yaml", "revision: 3", "revision: 4")
    code, _, err = shell("office", "catalogue", "publish", folder)
    assert (code, "hazard: sparks" in err, "revision 1" in err) == (2, True, True)
    edit(rules, "values.yaml", old, new.replace("火花}", "火花, emergency: always}"))
    assert shell("rules", "publish", rules)[0] == 0
    assert shell("office", "catalogue", "publish", folder)[0] == 0
    edit(rules, "values.yaml", "  sparks:", "  flashes:")
    code, _, err = shell("rules", "publish", rules)
    assert (code, "hazard: sparks" in err) == (1, True)


def edit(folder: Path, name: str, old: str, new: str, count: int = -1) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
