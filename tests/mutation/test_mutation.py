"""Mutants: which changes are made, that a copy is tried and the tree left alone, and that the
tests notice nearly all of them."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.mutation.changes import changes
from tests.mutation.run import Outcome, try_mutants
from tests.mutation.sample import PACKAGES, Mutant, sample
from tests.soak import Soak

TOP = Path(__file__).parents[2]
MUTANTS = 40
"""Of each package, in the long form."""

GOAL = 0.85


def news(source: str) -> list[str]:
    """What stands in the place of what, for each change of a piece of code."""
    return [f"{change.old} > {change.new}" for change in changes(dedent(source).encode())]


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("a < b", ["a < b > (a <= b)", "a < b > (a >= b)"]),
        ("a is b", ["a is b > (a is not b)"]),
        ("a and b", ["a and b > (a or b)", "a and b > (b)", "a and b > (a)"]),
        ("not a", ["not a > (a)"]),
        ("a - b", ["a - b > (a + b)"]),
        ("a -= b", ["a -= b > pass", "a -= b > a += b"]),
        ("9", ["9 > (10)", "9 > (8)"]),
        ("True", ["True > (False)"]),
        ("a.b = c", ["a.b = c > pass"]),
        ("a(b)", ["a(b) > pass"]),
        ("raise a", ["raise a > pass"]),
        ("while a: break", ["a > (not a)", "break > continue"]),
        ("try: ...\nexcept a: ...", ["a > (())"]),
        ("[a for a in b if a]", ["a > (not a)"]),
        ("锁 = '锁' < a", ["'锁' < a > ('锁' <= a)", "'锁' < a > ('锁' >= a)"]),
    ],
)
def test_a_change_is_one_expression_or_statement(source: str, made: list[str]) -> None:
    assert news(source) == made


@pytest.mark.parametrize(
    "source",
    ['"""A docstring."""', "Value = int | dict[str, 'Value'] | None",
     "a = isinstance(b, Row | rows.Layout)", "a: Literal[1]",
     "def a(b: 1) -> 2: ...", "log.info(1)", "'text'",
     "if TYPE_CHECKING: a()", "if __name__ == '__main__': a()", "from a import b"],
)  # fmt: skip
def test_what_no_test_can_notice_is_left_alone(source: str) -> None:
    assert news(source) == []


def test_a_change_knows_the_function_that_runs_it() -> None:
    source = """\
    class A:
        b = 0
        def c(self, d=0):
            def e():
                return 0
            return 0
    """
    made = changes(dedent(source).encode())[::2]
    assert [(change.line, change.function) for change in made] == [
        (2, ""), (3, ""), (5, "A.c.<locals>.e"), (6, "A.c"),
    ]  # fmt: skip


def test_a_sample_is_the_same_for_a_seed() -> None:
    drawn = sample(TOP, "domain", 7, 20)
    assert len({(mutant.module, mutant.change.start) for mutant in drawn}) == 20
    assert drawn == sample(TOP, "domain", 7, 20)
    assert drawn != sample(TOP, "domain", 8, 20)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A tree with a program of four functions, of which one is tested well, one carelessly, one
    can go on for ever, and one is forgotten, and of a figure that the import makes."""
    files = {
        "fieldkit/__init__.py": "",
        "fieldkit/domain/__init__.py": "",
        "fieldkit/domain/sums.py": """\
            def dozens(number):
                return number * 12

            GROSS = dozens(10 + 2)

            def twice(number):
                return number * 2

            def careless(number):
                return number * 3

            def until(number):
                while number < 10:
                    number = number + 1
                return number

            def forgotten(number):
                return number * 4
            """,
        "tests/__init__.py": "",
        "tests/domain/__init__.py": "",
        "tests/domain/test_sums.py": """\
            from fieldkit.domain.sums import GROSS, careless, twice, until

            def test_gross():
                assert twice(72) == GROSS

            def test_twice():
                assert twice(2) == 4

            def test_careless():
                assert careless(0) == 0

            def test_until():
                assert until(8) == 10
            """,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    return tmp_path


def test_mutants_are_tried_against_the_tests_that_run_them(small: Path) -> None:
    module = small / "fieldkit/domain/sums.py"
    before = module.read_bytes()
    expected = {
        "number * 12 > (number // 12)": Outcome.KILLED,
        "10 + 2 > (10 - 2)": Outcome.KILLED,
        "number * 2 > (number // 2)": Outcome.KILLED,
        "number * 3 > (number // 3)": Outcome.SURVIVED,
        "number + 1 > (number - 1)": Outcome.TIMED_OUT,
        "number * 4 > (number // 4)": Outcome.SURVIVED,
    }
    mutants = {
        f"{mutant.change.old} > {mutant.change.new}": mutant
        for mutant in (Mutant("fieldkit/domain/sums.py", change) for change in changes(before))
    }
    tried = try_mutants(small, [mutants[name] for name in expected], spare_s=6)
    assert [one.outcome for one in tried] == list(expected.values())
    assert module.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES)
def test_nearly_all_mutants_are_noticed(package: str, soak: Soak) -> None:
    seed = soak.seed
    tried = list(try_mutants(TOP, sample(TOP, package, seed, soak.count(MUTANTS))))
    noticed = sum(one.outcome.noticed for one in tried)
    print(f"{package}, seed {seed}: {noticed} of {len(tried)} mutants are noticed; not these:")
    print(*[one for one in tried if not one.outcome.noticed], sep="\n")
    assert noticed >= GOAL * len(tried)
