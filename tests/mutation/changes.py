"""The small changes that mutants of a module are made by.

A change replaces one expression or statement of the text, and the rest of the module stays as it
is written. What no test is there to notice is left alone: type hints, docstrings, logged texts,
code for mypy alone, and the text of strings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""What differs only where both sides are equal, and the opposite."""

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_TYPES = {
    "bool",
    "bytes",
    "date",
    "datetime",
    "dict",
    "float",
    "int",
    "list",
    "set",
    "str",
    "tuple",
}

_LOGS = {"log", "_log", "logger", "logging"}


@dataclass(frozen=True)
class Change:
    """The bytes from `start` to `end` of a module's text, which said `old`, become `new`.

    `function` is the qualified name of the function that they are part of; "" where they are run
    by the import.
    """

    kind: str
    line: int
    function: str
    start: int
    end: int
    old: str
    new: str

    def applied(self, source: bytes) -> bytes:
        """The module's text with the change."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def changes(source: bytes) -> list[Change]:
    """All changes of a module, in the order of its text; a few of them do not compile."""
    found = _Changes(source)
    found.visit(ast.parse(source))
    return found.made


def compiles(source: bytes) -> bool:
    """Whether it is Python at all."""
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


class _Changes(ast.NodeVisitor):
    """Makes the changes of each node and then of its parts."""

    def __init__(self, source: bytes) -> None:
        self.made: list[Change] = []
        self._source = source
        self._path: list[str] = []
        self._function = ""
        self._line_starts = [0]
        for line in source.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))

    def visit(self, node: ast.AST) -> None:
        if _left_alone(node):
            return
        if isinstance(node, _Definition):
            self._visit_definition(node)
            return
        for kind, place, changed in _changed(node):
            text = ast.unparse(ast.fix_missing_locations(changed))
            self._make(kind, place, f"({text})" if isinstance(changed, ast.expr) else text)
        self._visit_parts(node, leave_out={"annotation"})

    def _visit_definition(self, node: _Definition) -> None:
        """Decorators and defaults are run where it is made, the body of a function when called."""
        self._visit_parts(node, leave_out={"body", "returns"})
        before = list(self._path), self._function
        self._path.append(node.name)
        if isinstance(node, ast.ClassDef):
            self._function = ""
        else:
            self._function = ".".join(self._path)
            self._path.append("<locals>")
        for statement in node.body:
            self.visit(statement)
        self._path, self._function = before

    def _visit_parts(self, node: ast.AST, leave_out: set[str]) -> None:
        for name, value in ast.iter_fields(node):
            if name not in leave_out:
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.AST):
                        self.visit(part)

    def _make(self, kind: str, place: ast.expr | ast.stmt, new: str) -> None:
        start = self._line_starts[place.lineno - 1] + place.col_offset
        end = self._line_starts[(place.end_lineno or 0) - 1] + (place.end_col_offset or 0)
        old = self._source[start:end].decode()
        self.made.append(Change(kind, place.lineno, self._function, start, end, old, new))


def _left_alone(node: ast.AST) -> bool:
    match node:
        # Before Python 3.12 the places inside an f-string are not known.
        case ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name)))):
            return name in _LOGS
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_type(left) and _is_type(right)
        case ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.If(ast.Compare(ast.Name("__name__"))):
            return True
    return False


def _is_type(node: ast.expr) -> bool:
    """Whether it looks like one: `None`, `int`, `Person`, `dict[str, int]`, `int | str`."""
    match node:
        case ast.Constant(None):
            return True
        case ast.Name(name) | ast.Attribute(attr=name):
            return name in _TYPES or (name[0].isupper() and not name.isupper())
        case ast.Subscript(value):
            return _is_type(value)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_type(left) and _is_type(right)
    return False


def _changed(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt, ast.expr | ast.stmt]]:
    """What kind of change, what it replaces, and what stands there instead."""
    match node:
        case ast.Compare(left, ops, others):
            for at, op in enumerate(ops):
                for new in _COMPARISONS[type(op)]:
                    changed = [*ops[:at], new(), *ops[at + 1 :]]
                    yield "comparison", node, ast.Compare(left, changed, others)
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield "and, or", node, ast.BoolOp(other, values)
            for at in range(len(values)):
                rest = [*values[:at], *values[at + 1 :]]
                yield "operand", node, ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(ast.Not(), operand):
            yield "not", node, operand
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield "arithmetic", node, ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.Constant(bool(value)):
            yield "constant", node, ast.Constant(not value)
        case ast.Constant(int(value)):
            yield "constant", node, ast.Constant(value + 1)
            yield "constant", node, ast.Constant(value - 1)
        case ast.Expr(ast.Call() | ast.Await(ast.Call())) | ast.Raise() | ast.Delete():
            yield "left out", node, ast.Pass()
        case ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield "left out", node, ast.Pass()
        case ast.AugAssign(target, op, value):
            yield "left out", node, ast.Pass()
            if type(op) in _ARITHMETIC:
                yield "arithmetic", node, ast.AugAssign(target, _ARITHMETIC[type(op)](), value)
        case ast.Break():
            yield "loop", node, ast.Continue()
        case ast.Continue():
            yield "loop", node, ast.Break()
        case ast.ExceptHandler(type=ast.expr() as caught):
            yield "handler", caught, ast.Tuple([], ast.Load())
        case ast.If(test) | ast.While(test) | ast.IfExp(test):
            yield from _negated(test)
        case ast.comprehension(ifs=ifs):
            for test in ifs:
                yield from _negated(test)


def _negated(test: ast.expr) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """A condition turned round, unless a change of the condition itself does so."""
    if not isinstance(test, ast.Compare | ast.UnaryOp | ast.Constant):
        yield "condition", test, ast.UnaryOp(ast.Not(), test)
