"""A map as it is written."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from govproj_rules.document.bodies import Many, Written, word_of

IGNORE: Final = "ignore"
"""What a column is that says nothing of a project."""

Column = Annotated[str, Field(min_length=1, max_length=500)]
"""The name of a column, as the sheet has it; ``upper / lower`` where the header has two lines."""
HeaderRow = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}$"), word_of("rows")]
Header = HeaderRow | Annotated[list[HeaderRow], Field(min_length=2, max_length=2)]


class ColumnDoc(Written):
    """What a column says, and how its cells are to be read."""

    fact: Annotated[str, word_of("facts")]
    unit: Annotated[str | None, word_of("units")] = None
    yuan_from: Annotated[str | None, Field(pattern=r"^[1-9][0-9]{0,14}$")] = None
    day_numbers: Literal["1900", "1904"] | None = None
    yes: Many | None = None
    no: Many | None = None
    words: dict[str, Many] = Field(default_factory=dict)
    blank: Many | None = None
    none: Many | None = None
    split: str | None = None


OneColumn = Annotated[str, word_of("facts")] | ColumnDoc


class ChangesDoc(Written):
    """A second sheet with a row for each change; ``complete``: a project without a row there has had none."""

    sheet: str
    project: Column
    columns: Annotated[dict[Column, OneColumn], Field(min_length=1)]
    header: Header | None = None
    complete: bool = False


class MapDoc(Written):
    """What the columns of a sheet mean."""

    columns: Annotated[dict[Column, OneColumn], Field(min_length=1)]
    sheet: str | None = None
    header: Header | None = None
    delimiter: Literal[",", ";", "tab"] | None = None
    blank: Many | None = None
    totals: Many | None = None
    unreadable: Literal["reject", "unknown"] = "reject"
    constants: Annotated[dict[str, Any], word_of("constants")] = Field(default_factory=dict)
    changes: ChangesDoc | None = None
