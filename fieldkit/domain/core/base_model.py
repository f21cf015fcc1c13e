"""The bases of all pydantic models: immutable, and built when first used, so that start-up is
quick. They differ in what becomes of a field that a model does not know."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Drops unknown fields: what a newer version added is passed over."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class OpenModel(Model):
    """Keeps unknown fields: what a newer version added is stored and sent on."""

    model_config = ConfigDict(extra="allow")


class StrictModel(Model):
    """Refuses unknown fields: what people write by hand, and what is judged or signed."""

    model_config = ConfigDict(extra="forbid")
