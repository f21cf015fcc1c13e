"""`fieldkit office`: everything that the central office does."""

from fieldkit.cli.office import catalogue, complaint, desk, parcel, person, setup, watch
from fieldkit.cli.office.base import app

__all__ = ["app", "catalogue", "complaint", "desk", "parcel", "person", "setup", "watch"]
