"""The values of a form while it is filled in, and what is wrong with them."""

from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.form import read_form
from fieldkit.i18n import Lang, say_problem, say_wrong
from fieldkit.tui.forms.form_spec import FormSpec, Values, filled


class FormDraft:
    """The values that were typed, and those that were saved last."""

    def __init__(self, spec: FormSpec) -> None:
        self._keep = spec.keep
        self.values: Values = dict(spec.values)
        self._saved: Values = dict(spec.values)

    def start(self, values: Values) -> None:
        """Take what the editors make of the first values as saved: nobody has typed yet."""
        self.values |= values
        self._saved = dict(self.values)

    def changed(self) -> set[str]:
        """The names of the values that differ from those saved last."""
        return {name for name, value in self.values.items() if value != self._saved.get(name)}

    def save(self) -> None:
        """Save the values; they are durable when this returns."""
        self._keep(dict(self.values))
        self._saved = dict(self.values)


class FormProblems:
    """The problems that are shown at present."""

    def __init__(self, spec: FormSpec) -> None:
        self._spec = spec
        self.shown: list[FieldProblem] = []

    def drop(self, names: set[str]) -> bool:
        """Forget the problems of these fields; returns whether there were any."""
        kept = [item for item in self.shown if _field_of(item) not in names]
        dropped = kept != self.shown
        self.shown = kept
        return dropped

    def check(self, name: str, values: Values) -> None:
        """Look anew for problems of one field."""
        self.drop({name})
        try:
            read_form(self._spec.model, filled(values))
        except BadInput as error:
            self.shown += [item for item in error.problems if item.path == name]

    def sentences(self, lang: Lang) -> dict[str, str]:
        """What is wrong, by the name of the field."""
        by_field: dict[str, list[str]] = {}
        for problem in self.shown:
            by_field.setdefault(_field_of(problem), []).append(self._say(problem, lang))
        return {name: " ".join(texts) for name, texts in by_field.items()}

    def _say(self, problem: FieldProblem, lang: Lang) -> str:
        field = next((f for f in self._spec.fields() if f.name == problem.path), None)
        if field is not None and field.ui.widget == "money" and problem.key.startswith("int_"):
            problem = FieldProblem(problem.path, "not_money")
        nested = "." in problem.path
        return say_problem(problem, lang) if nested else say_wrong(problem, lang)


def _field_of(problem: FieldProblem) -> str:
    """The field of the form that a problem, maybe of a row in it, belongs to."""
    return problem.path.split(".")[0]
