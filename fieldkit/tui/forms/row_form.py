"""The form of one row of a table in another form."""

from collections.abc import Callable

from fieldkit.domain.core.form import form_fields, read_form
from fieldkit.tui.forms.form_spec import FormSpec, Values, filled
from fieldkit.tui.forms.row_editors import Rows


class RowForm:
    """Writes the row into its table as it is filled in.

    `table` finds the table's editor, which is another one after a change of the language. The
    index behind the last row stands for a new row.
    """

    def __init__(self, above: FormSpec, table: Callable[[], Rows], index: int) -> None:
        self._above = above
        self._table = table
        self._index = index
        self._new = index == len(table().rows)

    def spec(self) -> FormSpec:
        """The form, filled with the row."""
        above, table = self._above, self._table()
        name, model = table.field.name, table.field.row
        assert model is not None
        values = {} if self._new else dict(table.rows[self._index])
        return FormSpec(
            title=lambda lang: f"{above.title(lang)} › {above.label(name, lang)} {self._index + 1}",
            model=model,
            values=values,
            keep=lambda typed: self._table().put(self._index, filled(typed)),
            submit=self._submit,
            done=lambda lang: "",
            scope=name,
            start="" if values else form_fields(model)[0].name,
            said=above.said,
            stock=above.stock,
            follow=above.row_follow,
        )

    def _submit(self, values: Values) -> Values:
        table = self._table()
        assert table.field.row is not None
        read_form(table.field.row, values)
        table.put(self._index, values)
        table.at = len(table.rows)
        return values

    def closed(self, row: Values | None) -> None:
        """Drop a new row that was left empty."""
        table = self._table()
        left_empty = self._index < len(table.rows) and not any(table.rows[self._index].values())
        if row is None and self._new and left_empty:
            table.drop(self._index)
