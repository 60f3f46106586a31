"""Recognises columns that say who someone is, by their name and by their values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.header_words import squeezed, words_of

if TYPE_CHECKING:
    import polars as pl

_SAMPLE = 2000
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_MANY = 20
_PEOPLE = 0.8

_NAME_OF_PERSON = re.compile(
    r"(patient|subject|participant|person|client|member|doctor|physician|nurse|provider|contact|"
    r"first|last|sur|full|given|family|middle|maiden|mothers?|fathers?|fore|nick|user)s?names?$|"
    r"^(names?|surnames?|forenames?|initials|vorname|nachname|familienname|nom|prenom|apellidos?|"
    r"nombres?|cognome|signature)$"
)
_RECORD_NUMBER = re.compile(
    r"^(mrn|ssn|nhsn?|nhs(no|number|num)|chi(no|number)|hicn?|mbi|pid|ptid|patid|empi|uuid|guid|"
    r"seqn?|rowid|rownames?|unnamed|index|rid|urn|cpf|dni|passport.*|.*licen[cs]e(no|number|plate)|"
    r"accession.*|account(no|number)?|socialsecurity.*|national(id|number)|insurance(no|number|id)|"
    r"medicare(no|number|id)|medicaid(no|number|id)|deviceserial.*|serial(no|number)|barcode|"
    r"fallnummer|patientennummer|personnummer|cprnr|bsn)$|"
    r"(patient|subject|participant|person|client|member|record|case|encounter|admission|hadm|stay|"
    r"icustay|specimen|medicalrecord|hospitalrecord|chart|pat)"
    r"(id|ids|no|nr|num|number|key|code|identifier|uid)$"
)
_WEAK_NUMBER_WORDS = frozenset(
    ("id", "ids", "identifier", "uid", "no", "nr", "num", "number", "key", "code", "index", "sno",
     "patient", "subject", "participant", "record", "case", "seq", "row", "obs", "ref", "reference")
)  # fmt: skip
_BIRTH = re.compile(
    r"^(dob|birth(date|day|dt)|date(of)?birth|dateborn|bornon|.*dateofbirth|.*birthdate|dobirth|"
    r"geburtsdatum|geburtstag|geb|naissance|datenaissance|fechanacimiento|.*dob)$"
)
_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail addresses", re.compile(r"^(.*email(address|adr)?|mailaddress)$")),
    (
        "telephone numbers",
        re.compile(r"^(.*(tele)?phone(no|nr|num|number)?|tel(no|nr|number)?|mobile(no|number|phone)?|"
                   r"cellphone|fax(no|number)?|telefon.*|handy|pager)\d?$"),
    ),
    (
        "addresses",
        re.compile(r"^(.*address(line)?|street(name|address)?|zip(code|\d)?|post(al)?code|postalcode|"
                   r"plz|strasse|wohnort|adresse|direccion|ip(addr)?|houseno|housenumber|"
                   r"lat|latitude|lon|lng|longitude|geocode|url|website)\d?$"),
    ),
)  # fmt: skip
_VALUES: tuple[tuple[str, str, float], ...] = (
    ("e-mail addresses", r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$", 0.2),
    ("UUIDs", r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", _MOSTLY),
    ("social security numbers", r"^\d{3}-\d{2}-\d{4}$", _MOSTLY),
    ("NHS numbers", r"^\d{3} \d{3} \d{4}$", _MOSTLY),
    ("IP addresses", r"^\d{1,3}(\.\d{1,3}){3}$", _MOSTLY),
    ("web addresses", r"^(https?://|www\.)\S+$", _MOSTLY),
    ("telephone numbers", r"^(\+|00|\()?\d[\d ()/.-]{5,16}\d$", _NEARLY_ALL),
    (
        "street addresses",
        r"(?i)^\d{1,5}[a-z]?,? ([\p{L}.'-]+ ){1,4}(street|st|road|rd|avenue|ave|lane|ln|drive|dr|"
        r"boulevard|blvd|way|court|ct|place|pl|square|sq|close|crescent)\b|"
        r"^[\p{L} .-]+(strasse|straße|str\.|weg|platz|allee|gasse) \d{1,4}\b",
        _MOSTLY,
    ),
)
_STAFF_WORDS = frozenset(
    ("surgeon", "doctor", "physician", "nurse", "consultant", "clinician", "operator", "provider",
     "gp", "anaesthetist", "anesthetist", "midwife", "contact", "kin", "guardian", "arzt")
)  # fmt: skip
_HOUSE_AND_STREET = r"^\d{1,6}[A-Za-z]? (\p{Lu}[\p{L}'.-]*,? ?){2,5}((Apt|Suite|Unit)\.? ?\w+)?$"
_PERSON = r"^(\p{Lu}[\p{L}'’-]+,? ){1,2}(\p{Lu}\. ?)?\p{Lu}[\p{L}'’-]+$"
_PHONE_SEPARATOR = r"[ ()/+-]"
_INTERVAL = r"^\d{1,3}-\d{1,3}$"
_CODE = r"^[A-Za-z]{0,5}[-_/ ]?\d[\dA-Za-z_-]*$"


@dataclass(frozen=True)
class IdentifierEvidence:
    """Why a column probably identifies people.

    Attributes
    ----------
    what : str
        What its values seem to be, such as ``record numbers``.
    reason : str
        What that is concluded from.
    """

    what: str
    reason: str


def identifier_evidence(
    values: pl.Series, holds_dates: bool = False, distinct: int | None = None
) -> IdentifierEvidence | None:
    """Return why a column is likely to identify people directly, None if nothing says so.

    Parameters
    ----------
    values : polars.Series
        A column with its name, as `Table.frame` holds it.
    holds_dates : bool
        Whether its values are dates.
    distinct : int, optional
        Number of different values, where it is known already.
    """
    filled = values.drop_nulls()
    if not len(filled):
        return None
    if distinct is None:
        distinct = int(filled.n_unique())
    found = _by_name(values.name, filled, distinct, holds_dates)
    if found is not None or holds_dates:
        return found
    return _by_values(filled, distinct)


def _by_name(
    name: str, filled: pl.Series, distinct: int, holds_dates: bool
) -> IdentifierEvidence | None:
    key, quoted = squeezed(name), "its name says so"
    if _BIRTH.match(key) and (holds_dates or distinct > 2):
        return IdentifierEvidence("dates of birth", quoted)
    if holds_dates or distinct <= 2:
        return None
    parts = set(words_of(name))
    nearly_all = distinct >= _NEARLY_ALL * len(filled)
    what = next((what for what, pattern in _HEADERS if pattern.match(key)), None)
    if _NAME_OF_PERSON.search(key) and not _share(filled.cast(str).str.contains(r"^\d")) > _MOSTLY:
        what = "names of people"
    # A study number repeats where patients come more than once; a site or a visit has few values.
    elif _RECORD_NUMBER.search(key) and distinct >= min(_MANY, _MOSTLY * len(filled)):
        what = "record numbers"
    elif what is None and parts & _WEAK_NUMBER_WORDS and nearly_all and _codes(filled):
        what = "record numbers"
        quoted = f"its name, and {distinct:,} of {len(filled):,} values are different"
    return IdentifierEvidence(what, quoted) if what else None


def _codes(filled: pl.Series) -> bool:
    """Tell whether values are whole numbers or short codes."""
    import polars as pl

    if filled.dtype == pl.String:
        return _share(filled.head(_SAMPLE).str.contains(_CODE)) >= _NEARLY_ALL
    return filled.dtype.is_integer()


def _by_values(filled: pl.Series, distinct: int) -> IdentifierEvidence | None:
    import polars as pl

    if filled.dtype.is_integer():
        return _running_number(filled, distinct)
    if filled.dtype != pl.String:
        return None
    sample = filled.unique().sort().head(_SAMPLE)
    for what, pattern, share in _VALUES:
        matching = _share(sample.str.contains(pattern))
        separated = what != "telephone numbers" or _separated(sample)
        if matching >= share and separated:
            return IdentifierEvidence(what, f"{matching:.0%} of its values look like that")
    return _by_shape(filled, sample, distinct)


def _by_shape(filled: pl.Series, sample: pl.Series, distinct: int) -> IdentifierEvidence | None:
    """Recognise house numbers with streets, names and codes where hardly a value repeats."""
    unique_share = distinct / len(filled)
    many = len(filled) >= _MANY
    if unique_share >= _MOSTLY and _share(sample.str.contains(_HOUSE_AND_STREET)) >= _MOSTLY:
        reason = "numbers and names as houses and streets have them"
        return IdentifierEvidence("street addresses", reason)
    people = _share(sample.str.contains(_PERSON))
    repeated = bool(_STAFF_WORDS & set(words_of(filled.name)))
    if people >= _PEOPLE and (repeated or (unique_share >= _MOSTLY and many)):
        return IdentifierEvidence("names of people", f"{people:.0%} of its values look like that")
    coded = _share(sample.str.contains(_CODE) & ~sample.str.contains(_INTERVAL))
    if coded >= _NEARLY_ALL and unique_share >= _NEARLY_ALL and many:
        reason = f"codes, and {distinct:,} of {len(filled):,} are different"
        return IdentifierEvidence("record numbers", reason)
    return None


def _share(truths: pl.Series) -> float:
    return int(truths.sum()) / len(truths)


def _separated(sample: pl.Series) -> bool:
    """Tell whether most numbers are written as telephone numbers are, with blanks or dashes."""
    digits = sample.str.replace_all(r"\D", "").str.len_chars().is_between(7, 15)
    written = sample.str.contains(_PHONE_SEPARATOR)
    return _share(digits & written) >= _MOSTLY


def _running_number(filled: pl.Series, distinct: int) -> IdentifierEvidence | None:
    """Recognise 1, 2, 3, … in any order: all different, with hardly a gap."""
    rows = len(filled)
    low, high = filled.min(), filled.max()
    if distinct < rows or rows < 20 or not isinstance(low, int) or not isinstance(high, int):
        return None
    if high - low + 1 <= 1.1 * rows:
        return IdentifierEvidence("running numbers", f"{low:,} to {high:,}, all different")
    return None
