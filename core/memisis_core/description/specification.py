"""The specification: what a table should look like, said without a single row of one.

Light: imports no data library, so that the process that draws the screen can show and edit it.
What a specification may say is here; whether it makes sense is in `checks`.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from memisis_core.errors import InputError
from memisis_core.plan.model import Constraint

Code = bool | int | float | str
"""The value of a category as the table holds it: 0, ``"CN"``, True."""

RuleKind = Literal[
    "inequality", "range", "fixed_combinations", "fixed_increments", "one_hot", "sum"
]


class VariableType(StrEnum):
    """What the values of a variable are; the names are those of `ColumnKind`."""

    INTEGER = "integer"
    NUMBER = "number"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    BOOLEAN = "boolean"
    DATE = "date"


class NumberSource(StrEnum):
    """Who says a number."""

    SAID = "said"
    """The words of the request."""
    MODEL = "model"
    """A language model, when asked for it."""
    PERSON = "person"
    """Written or changed by hand; what a bare number in a file means."""
    LITERATURE = "literature"
    """A published source, which `Stated.reference` names."""
    DEFAULT = "default"
    """Nobody: a wide value that the program had to put there."""
    SCHEMA = "schema"
    """The schema or data card of a table, never its rows."""
    SAMPLE = "sample"
    """A small sample of real rows, which corrected what was stated."""


class Stated(BaseModel):
    """One number and who says it. In a file, a bare number is one that a person wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    source: NumberSource = NumberSource.PERSON
    reference: str | None = None
    """A citation, or a key of `Specification.references`."""
    words: str | None = None
    """The words of the request or the answer that say it."""

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:
        if isinstance(given, bool) or not isinstance(given, int | float):
            return given
        return {"value": given}

    @model_validator(mode="after")
    def _literature_is_named(self) -> Self:
        if self.source is NumberSource.LITERATURE and not self.reference:
            raise ValueError("a number from the literature needs its reference")
        return self


class StatedDate(BaseModel):
    """One day and who says it. In a file, a bare date is one that a person wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: datetime.date
    source: NumberSource = NumberSource.PERSON
    reference: str | None = None
    words: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_date(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, datetime.date | str) else given


class Category(BaseModel):
    """One category: the code in the table, what it means, and how common it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: str = ""
    share: Stated | None = None
    """Share of the category among the values that are present, 0 to 1."""

    @model_validator(mode="before")
    @classmethod
    def _bare_code(cls, given: Any) -> Any:
        return {"code": given} if isinstance(given, bool | int | float | str) else given


class Variable(BaseModel):
    """One column of the table to be.

    Statistics describe the values that are present; `missing` is the share that is not. All are
    optional, and what is not stated is filled in by `memisis_core.description.defaults`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str = ""
    type: VariableType
    unit: str | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)
    """Decimals that a number is written with; None: 2."""
    categories: tuple[Category, ...] = ()
    """Codes of a category, in order for an ordinal one; a boolean has 0 and 1 if none are given."""
    low: Stated | None = None
    high: Stated | None = None
    """Smallest and greatest value that is possible, both allowed; not the usual range."""
    earliest: StatedDate | None = None
    latest: StatedDate | None = None
    mean: Stated | None = None
    sd: Stated | None = None
    q1: Stated | None = None
    median: Stated | None = None
    q3: Stated | None = None
    skew: Stated | None = None
    missing: Stated | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the values are counted or measured: integer or number."""
        return self.type in (VariableType.INTEGER, VariableType.NUMBER)

    @property
    def is_coded(self) -> bool:
        """Whether the values are codes: category, ordinal or boolean."""
        return self.type in (VariableType.CATEGORY, VariableType.ORDINAL, VariableType.BOOLEAN)

    @property
    def is_ordered(self) -> bool:
        """Whether ranks mean something: everything but a category of more than two codes."""
        return self.type is not VariableType.CATEGORY or len(self.categories) == 2

    @property
    def levels(self) -> tuple[Category, ...]:
        """The categories; those of a boolean without any are 0 (no) and 1 (yes)."""
        if self.type is VariableType.BOOLEAN and not self.categories:
            return (Category(code=0, label="no"), Category(code=1, label="yes"))
        return self.categories

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes of the categories, in order."""
        return tuple(category.code for category in self.levels)


class Relation(BaseModel):
    """How two ordered variables move together.

    Stated by `rho`, or in words by `direction` and `strength`, for which a value of rho is then
    put that says it is a default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    between: tuple[str, str]
    words: str = ""
    """For instance ``ADAS11 rises as MMSE falls``."""
    rho: Stated | None = None
    scale: Literal["rank", "latent"] = "rank"
    """What rho is: Spearman's correlation of the table, or that of the normal scores behind it."""
    direction: Literal["positive", "negative"] | None = None
    strength: Literal["weak", "moderate", "strong"] | None = None


class GroupMeans(BaseModel):
    """How a variable differs between the categories of another: its mean in each.

    The mean of a boolean, or of a category of two codes, is the share of its second code; the
    mean of an ordinal variable is that of its codes where they are numbers, else of 0, 1, 2 ….
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variable: str
    by: str
    words: str = ""
    means: dict[str, Stated]
    """Mean in each category of `by`; the keys are its codes as text."""


class Rule(BaseModel):
    """A rule that every row keeps; the kinds are those of a plan, and ``sum``.

    ``fixed_combinations`` lists the combinations that are allowed, since there is no table to
    have seen them in; of a ``sum``, the first column is the sum of the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RuleKind
    columns: tuple[str, ...]
    value: float | None = None
    strict: bool = False
    combinations: tuple[tuple[Code, ...], ...] = ()
    words: str = ""

    def as_constraint(self) -> Constraint | None:
        """Return the rule as one of a plan; None for a sum, which plans do not have."""
        if self.kind == "sum":
            return None
        return Constraint(
            kind=self.kind, columns=self.columns, value=self.value, strict=self.strict
        )


class Study(BaseModel):
    """Where such patients would come from: the prior knowledge of a prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    database: str = ""
    summary: str = ""
    population: str = ""
    """Who is included: age, condition, setting."""


class Specification(BaseModel):
    """A table described: study, variables, how they hang together, and rules.

    Immutable: an edit makes a new one (`replacing`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    title: str
    keywords: tuple[str, ...] = ()
    """Words by which a request may mean it: ``alzheimer``, ``dementia``."""
    study: Study = Study()
    rows: int = Field(default=500, ge=1, le=10_000_000)
    """How many rows such a table typically has."""
    origin: str = ""
    """Where the specification as a whole comes from, and what was not used for it."""
    references: dict[str, str] = Field(default_factory=dict)
    """Citations by key."""
    variables: tuple[Variable, ...] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()
    groups: tuple[GroupMeans, ...] = ()
    rules: tuple[Rule, ...] = ()

    @field_validator("title")
    @classmethod
    def _has_title(cls, title: str) -> str:
        if not title.strip():
            raise ValueError("a specification needs a title")
        return title

    @property
    def names(self) -> list[str]:
        """Names of the variables, in the order of the columns."""
        return [variable.name for variable in self.variables]

    def variable(self, name: str) -> Variable:
        """Return the variable called `name`.

        Raises
        ------
        InputError
            If there is none.
        """
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise InputError(
            f"the specification has no variable {name!r}",
            fix=f"Its variables: {', '.join(self.names[:40])}",
        )

    def replacing(self, name: str, **changes: object) -> Specification:
        """Return a specification in which fields of one variable are changed."""
        old = self.variable(name)
        changed = Variable.model_validate({**dict(old), **changes})
        return self.model_copy(
            update={"variables": tuple(changed if v is old else v for v in self.variables)}
        )

    def restricted_to(self, names: list[str]) -> Specification:
        """Return the part of the specification that is about the variables called `names`."""
        kept = tuple(self.variable(name) for name in self.names if name in set(names))
        within = {variable.name for variable in kept}
        return self.model_copy(
            update={
                "variables": kept,
                "relations": tuple(r for r in self.relations if within.issuperset(r.between)),
                "groups": tuple(g for g in self.groups if {g.variable, g.by} <= within),
                "rules": tuple(r for r in self.rules if within.issuperset(r.columns)),
            }
        )

    def citation(self, stated: Stated | StatedDate) -> str | None:
        """Return the reference of a number in full."""
        if stated.reference is None:
            return None
        return self.references.get(stated.reference, stated.reference)

    def to_contract(self) -> dict[str, Any]:
        """Return the specification as the command line's JSON contract shows it."""
        return self.model_dump(mode="json", exclude_none=True)
