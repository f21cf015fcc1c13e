"""The bases of all pydantic models: immutable, and built when first used, so that start-up is
quick. They differ in what becomes of a field that a model does not know."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_set = object.__setattr__
"""Past the refusal of immutable models: a copy is given its values before anybody sees it."""


class Model(BaseModel):
    """Drops unknown fields: what a newer version added is passed over."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """What pydantic's own gives. Documents are folded by copies with some fields changed, for
        which this takes a third of its time."""
        kind, private = type(self), self.__pydantic_private__
        if deep or not update or private or not update.keys() <= kind.__pydantic_fields__.keys():
            return super().model_copy(update=update, deep=deep)
        copied, extra = kind.__new__(kind), self.__pydantic_extra__
        _set(copied, "__dict__", {**self.__dict__, **update})
        _set(copied, "__pydantic_extra__", extra and dict(extra))
        _set(copied, "__pydantic_fields_set__", self.__pydantic_fields_set__ | update.keys())
        _set(copied, "__pydantic_private__", private)
        return copied


class OpenModel(Model):
    """Keeps unknown fields: what a newer version added is stored and sent on."""

    model_config = ConfigDict(extra="allow")


class StrictModel(Model):
    """Refuses unknown fields: what people write by hand, and what is judged or signed."""

    model_config = ConfigDict(extra="forbid")
