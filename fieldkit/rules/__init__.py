"""Rule packs and the decisions they give."""

from fieldkit.rules.case import Case, CaseLine, read_case

__all__ = ["Case", "CaseLine", "read_case"]
