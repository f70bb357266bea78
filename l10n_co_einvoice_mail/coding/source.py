"""A row of the table that says where a proposed value comes from."""

from dataclasses import dataclass

from ..vocabulary.reason import Reason


@dataclass(frozen=True)
class Source(Reason):
    """Where a value comes from.

    :param is_sure: False where a person has to look at what was proposed.
    """

    is_sure: bool = True
