"""A table to a spreadsheet and back: without loss, with comments, and errors at their cell."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.rules.editing.formatter import write_document
from fieldkit.rules.editing.spreadsheet import SheetError, read_sheet, write_sheet
from fieldkit.rules.editing.spreadsheet_cells import Test as CellTest
from fieldkit.rules.editing.spreadsheet_cells import (
    Unreadable,
    read_atoms,
    read_tests,
    write_atoms,
    write_tests,
)
from fieldkit.rules.editing.spreadsheet_merge import merge, put_back
from fieldkit.rules.editing.yaml_document import YamlDocument, read_document
from fieldkit.rules.model.problems import Report
from tests.rules.conftest import FOLDER
from tests.soak import Soak

FILES = {path.name: path.read_bytes() for path in FOLDER.glob("*.yaml")}
_LONG = FILES["coverage.yaml"]  # its first rules will do for most tests, and load faster
LIGHT = {**FILES, "coverage.yaml": _LONG[: _LONG.index(b"  - id: no-fault-in-warranty")]}
TABLES = sorted(set(FILES) - {"pack.yaml", "params.yaml", "terms.yaml", "values.yaml"})


def document(data: bytes) -> YamlDocument:
    """The document of a table."""
    made = read_document(data, "t.yaml", Report())
    assert made is not None
    return made


def sheet_of(table: str) -> str:
    """The CSV of a table of the default pack."""
    return write_sheet(document(FILES[f"{table}.yaml"]))


@pytest.mark.parametrize("name", TABLES)
def test_there_and_back_changes_not_a_letter(name: str) -> None:
    csv_text = write_sheet(document(FILES[name]))
    assert put_back(csv_text.encode("utf-8-sig"), LIGHT | {name: FILES[name]}) == (
        name,
        FILES[name].decode(),
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_sheet_alone_holds_the_whole_table(name: str) -> None:
    csv_text = write_sheet(document(FILES[name]))
    fresh = write_document(merge(read_sheet(csv_text.encode()), None), name)
    assert write_sheet(document(fresh.encode())) == csv_text


# -- cells ---------------------------------------------------------------------------------

texts = (
    st.sampled_from(["vip", "not a", "any of", "present", "TRUE", "007", "2026-11-05", "2026/1/5",
                     "a, b", 'say "x"', " x", "$limit", "=1", "between 1 and 2", "a and b",
                     "; b", "保修", "\\"])
    | st.text(min_size=1, max_size=8)
)  # fmt: skip
atoms = st.booleans() | st.integers(-(10**12), 10**12) | texts
tests = st.one_of(
    st.tuples(st.sampled_from(["is", "is_not", "at_least", "at_most", "above", "below"]), atoms),
    st.tuples(
        st.sampled_from(["any_of", "none_of"]), st.lists(atoms, min_size=1, max_size=3).map(tuple)
    ),
    st.tuples(st.just("between"), st.tuples(atoms, atoms)),
    st.tuples(st.just("present"), st.booleans()),
)


def _same(read: object, written: object) -> bool:
    return read == written and repr(read) == repr(written)


@settings(max_examples=300, deadline=None)
@given(st.lists(tests, min_size=1, max_size=3))
def test_every_condition_is_read_as_it_was_written(listed: list[CellTest]) -> None:
    assert _same(read_tests(write_tests(listed)), tuple(listed))


@settings(max_examples=200, deadline=None)
@given(st.lists(atoms, max_size=4))
def test_every_list_is_read_as_it_was_written(listed: list[bool | int | str]) -> None:
    assert _same(read_atoms(write_atoms(listed)), tuple(listed))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("", ()),
        ("vip, loyal", (("any_of", ("vip", "loyal")),)),
        ("Any of vip， loyal", (("any_of", ("vip", "loyal")),)),
        (">=30", (("at_least", 30),)),
        ("≤ 7", (("at_most", 7),)),
        ("> 0;< 90", (("above", 0), ("below", 90))),
        ("TRUE", (("is", True),)),
        ("2026/1/5", (("is", "2026-01-05"),)),
        ("is present", (("is", "present"),)),
        ("Absent", (("present", False),)),
    ],
)
def test_what_a_person_or_a_spreadsheet_program_may_write(cell: str, meant: object) -> None:
    assert read_tests(cell) == meant


@pytest.mark.parametrize(
    "cell", [">=", "not ", "any of a,,b", '"open', 'a "b" c', ";", "between 1 and"]
)
def test_cells_that_mean_nothing(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_tests(cell)


# -- edits ---------------------------------------------------------------------------------

Rows = list[list[str]]


def edited(table: str, change: Callable[[Rows], None], **looks: str) -> bytes:
    """The sheet of a table with an edit, as a spreadsheet program saves it."""
    rows = list(csv.reader(io.StringIO(sheet_of(table), newline="")))
    change(rows)
    out = io.StringIO()
    csv.writer(out, delimiter=looks.get("delimiter", ",")).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def put(row: int, column: str, text: str) -> Callable[[Rows], None]:
    """Write into a cell."""

    def change(rows: Rows) -> None:
        rows[row - 1][ord(column) - ord("A")] = text

    return change


def lines_changed(name: str, text: str) -> list[tuple[str, str]]:
    """The lines that differ, where none was added or removed."""
    old, new = FILES[name].decode().splitlines(), text.splitlines()
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_one_cell_changes_one_line_and_comments_stay() -> None:
    name, text = put_back(edited("charge", put(8, "D", "<= 45")), LIGHT)
    assert lines_changed(name, text) == [
        (
            "      days_past_expiry: {at_most: $goodwill_days}",
            "      days_past_expiry: {at_most: 45}",
        )
    ]
    assert "# Who pays for a line" in text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_delimiter_is_understood(delimiter: str) -> None:
    name, text = put_back(edited("charge", put(8, "E", "vip"), delimiter=delimiter), LIGHT)
    assert lines_changed(name, text) == [
        ("      customer_tier: [vip, loyal]", "      customer_tier: vip")
    ]


def test_rows_are_added_moved_and_removed() -> None:
    def change(rows: Rows) -> None:
        new = rows[5].copy()
        new[0], new[1] = "service", "service_paid"
        rows[4:6] = [rows[5], new]  # not-a-defect goes, pending moves up, service is new

    name, text = put_back(
        edited("charge", change),
        {
            **FILES,
            "charge.yaml": FILES["charge.yaml"].replace(
                b"  - id: pending", b"  # kept\n  - id: pending"
            ),
        },
    )
    rules = [line.split()[-1] for line in text.splitlines() if "- id:" in line]
    assert rules == ["free", "pending", "service", "supervisor", "goodwill-just-expired"]
    assert "  # kept\n  - id: pending\n" in text
    assert name == "charge.yaml"


def test_a_text_that_looks_like_a_formula_is_guarded() -> None:
    reason = "=1+1 is no reason"
    files = {
        **FILES,
        "hazard.yaml": FILES["hazard.yaml"].replace(
            b"The vehicle is smoking: this is an emergency.", reason.encode()
        ),
    }
    made = write_sheet(document(files["hazard.yaml"]))
    assert f"'{reason}" in made
    assert put_back(made.encode(), files)[1] == files["hazard.yaml"].decode()


def drop_column(rows: Rows) -> None:
    """Delete the source."""
    for row in rows[1:]:
        del row[-1]


def empty(rows: Rows) -> None:
    """Delete everything."""
    rows.clear()


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        ("charge", put(8, "D", "<= "), ["D8 no_value"]),
        ("charge", put(8, "D", "<= many"), ["D8 wrong_type"]),
        ("charge", put(8, "D", "<= $goodwil_days"), ["D8 unknown_param"]),
        ("charge", put(8, "E", "any of vip, loyl"), ["E8 unknown_enum"]),
        ("charge", put(8, "E", ">= vip"), ["E8 operator_type"]),
        ("charge", put(4, "F", "fre"), ["F4 unknown_enum"]),
        ("charge", put(4, "G", "101"), ["G4 out_of_range"]),
        ("charge", put(4, "G", ""), ["G4 output_not_set"]),
        ("charge", put(4, "I", ""), ["I4 missing_language"]),
        ("charge", put(4, "I", "{days}"), ["I4 unknown_placeholder"]),
        ("charge", put(5, "A", "free"), ["A5 rule_twice"]),
        ("charge", put(5, "A", "Free!"), ["A5 bad_name"]),
        ("charge", put(2, "E", "custmer_tier"), ["E2 unknown_fact"]),
        ("charge", put(2, "E", "coverage"), ["E2 column_twice"]),
        ("charge", put(2, "E", ""), ["E2 no_heading"]),
        ("charge", put(2, "K", "sorce"), ["A2 no_column"]),
        ("charge", put(3, "F", "one of free, paid, gift"), ["F2 output_value"]),
        ("charge", put(1, "B", "chrge"), ["B1 unknown_table"]),
        ("charge", put(1, "B", "params"), ["B1 unknown_table"]),
        ("charge", put(1, "D", "row"), ["D1 unknown_value"]),
        ("charge", put(1, "F", "any"), ["F1 unknown_value"]),
        ("charge", put(1, "A", "tables"), ["A1 no_head"]),
        ("charge", put(3, "A", ""), ["A3 no_outputs"]),
        ("charge", drop_column, ["A2 no_column"]),
        ("charge", empty, ["A1 no_head"]),
        ("call_out", put(4, "L", "yes"), ["L4 wrong_type"]),
    ],
)  # fmt: skip
def test_errors_point_to_the_cell(
    table: str, change: Callable[[Rows], None], expected: list[str]
) -> None:
    with pytest.raises(SheetError) as caught:
        put_back(edited(table, change), LIGHT)
    found = [f"{problem.cell} {problem.key}" for problem in caught.value.problems]
    assert [each for each in found if each in expected] == expected, found


def test_rules_are_told_apart_by_the_first_column_where_its_heading_is_lost() -> None:
    def change(rows: Rows) -> None:
        rows[1][0], rows[4][0] = "rul", "free"

    with pytest.raises(SheetError) as caught:
        put_back(edited("charge", change), LIGHT)
    found = {f"{problem.cell} {problem.key}" for problem in caught.value.problems}
    assert found >= {"A2 no_column", "A5 rule_twice"}


def test_what_breaks_other_tables_is_said_there() -> None:
    heads = next(csv.reader(io.StringIO(sheet_of("hazard").splitlines()[1])))
    column = "ABCDEFGHIJKLMNOP"[heads.index("then danger")]
    with pytest.raises(SheetError) as caught:
        put_back(edited("hazard", put(2, column, "then peril")), LIGHT)
    assert {problem.file for problem in caught.value.elsewhere} >= {"coverage.yaml"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", "表".encode("gbk"), b"a\0b", b'"open', b""])
def test_what_is_no_csv_is_refused_at_the_first_cell(data: bytes) -> None:
    with pytest.raises(SheetError) as caught:
        read_sheet(data)
    assert [problem.cell for problem in caught.value.problems] == ["A1"]


# -- damaged files -------------------------------------------------------------------------


def fuzz(rounds: int, seed: int) -> int:
    """Put damaged sheets back; how many were refused. Nothing but `SheetError` comes out."""
    rng = random.Random(seed)
    sheets = [sheet_of(name) for name in ("hazard", "charge", "survey", "approval")]
    pieces = [
        ",",
        '"',
        "\n",
        ";",
        "present",
        "not ",
        ">=",
        "\0",
        "'",
        "é",
        "\t",
        "$",
        "{",
        "1e9",
        "",
    ]
    refused = 0
    for _ in range(rounds):
        text = rng.choice(sheets)
        for _ in range(rng.randint(1, 3)):
            start = rng.randrange(len(text) + 1)
            text = text[:start] + rng.choice(pieces) + text[start + rng.choice([0, 1, 9, 90]) :]
        try:
            put_back(text.encode(), LIGHT)
        except SheetError as error:
            refused += bool(error.problems or error.elsewhere)
    return refused


def test_damaged_sheets_are_refused_with_cells() -> None:
    assert fuzz(12, seed=5) > 3


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_thousands_of_damaged_sheets(part: int, soak: Soak) -> None:
    sheets = soak.count(750)
    refused = fuzz(sheets, soak.seed)
    print(f"part {part}: {sheets:,} damaged sheets, {refused:,} refused with messages")
    assert refused > sheets / 6
