"""The tax in a bill, line by line: net, rate, tax and gross, and what they add up to."""

from fieldkit.documents.model import Block, Column, PaperTable, TableRow
from fieldkit.documents.shared_sections import Basis
from fieldkit.domain.job.bill import BillLine, bill_of


def tax_table(basis: Basis) -> list[Block]:
    """The table; nothing where no tax was recorded, as in quotes of an earlier program."""
    bill, say = bill_of(basis.job), basis.say
    lines = [line for line in bill.lines if line.gross_fen]
    if not bill.taxed or not lines:
        return []
    columns = (
        Column(say("paper.column.what"), 40),
        Column(say("label.net"), 16, amount=True),
        Column(say("label.tax_rate"), 12, amount=True),
        Column(say("label.tax"), 16, amount=True),
        Column(say("label.gross"), 16, amount=True, strong=True),
    )
    rows = [_row(basis, _name(basis, line), line.net_fen, line.tax_fen, line.tax_percent)
            for line in lines]  # fmt: skip
    total = _row(basis, say("paper.total"), bill.net_fen, bill.tax_fen, None)
    return [PaperTable(say("paper.taxes"), columns, (*rows, total))]


def _row(basis: Basis, name: str, net: int, tax: int, percent: int | None) -> TableRow:
    rate = "" if percent is None else f"{percent} %"
    return TableRow((name, basis.money(net), rate, basis.money(tax), basis.money(net + tax)))


def _name(basis: Basis, line: BillLine) -> str:
    if line.kind == "call_out":
        return basis.say("label.call_out_fen")
    if line.kind == "given":
        return basis.say("paper.given")
    name = basis.named("part", line.part) or basis.named("component", line.component)
    return f"{line.line}. {name}"
