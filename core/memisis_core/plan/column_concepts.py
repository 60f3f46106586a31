"""What columns of clinical tables are about, and how people speak of it.

Used to *check* a column that the language model named: if people would say "men and women", a
column called ``gndr`` is supported by these words. It never names a column by itself.

Each concept: parts of column names that show it, and beginnings of words or phrases that people
use. A part matches a whole part of a name, or its beginning if it ends in ``*``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Concept:
    """Something that columns of many tables are about.

    Attributes
    ----------
    name : str
    parts : str
        Parts of column names, separated by spaces.
    said : str
        Regular expression of what people say, matched at word beginnings, case ignored.
    """

    name: str
    parts: str
    said: str

    def is_shown_by(self, part: str) -> bool:
        """Return whether a part of a column name (lower case) shows this concept."""
        return any(_shows(known, part) for known in self.parts.split())

    @property
    def pattern(self) -> re.Pattern[str]:
        """What people say, compiled."""
        return _compiled(self.said)


def _shows(known: str, part: str) -> bool:
    if not known.endswith("*"):
        return part == known
    # "ptgender", "pataltersgruppe": a prefix for the patient is common.
    return part.startswith(known[:-1]) or (len(known) > 5 and known[:-1] in part)


@lru_cache(maxsize=128)
def _compiled(said: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{said})\w*", re.IGNORECASE)


CONCEPTS: tuple[Concept, ...] = (
    Concept(
        "sex",
        "sex* gender* gndr gend geschl* male female sexe sexo genero geslacht",
        r"sex|gender|m[ae]n\b|women|woman|males?\b|females?\b|boys?\b|girls?\b|geschlecht|sexe\b"
        r"|husband|wives|trans\b|non-?binary",
    ),
    Concept(
        "race",
        "race* ethn* rasse raza racial hispanic hisp origin ancestry black white skin fitzpatrick",
        r"rac(?:e|ial|is)|ethni|black|white|asian|hispanic|latin[oax]|african|ancestr|minorit"
        r"|skin|colou?r\b|origin|caucasian|native|indigenous",
    ),
    Concept(
        "age",
        "age* alter* yob dob geb* edad ageband birth yrs years tranche leeftijd",
        r"ages?\b|aged|age\s?(?:group|band)|old|young|elder|senior|year|birth|alter\b|generation"
        r"|adult|teen|child|geriatric",
    ),
    Concept(
        "insurance",
        "ins* payer* payor* coverage health_plan plan kasse vers* kosten* medicaid medicare hmo",
        r"insur|payer|payor|pay(?:s|ing|ment)?\b|coverage|covered|health (?:plan|cover)|medicaid"
        r"|medicare|private(?:ly)? (?:and|or|versus|vs|patients|insured)|who pays|self-?pay|kasse",
    ),
    Concept(
        "language",
        "lang* sprache* muttersprache tongue interpreter dolmetsch* langue idioma",
        r"langu|mother tongue|speak|interpreter|translator|english|native (?:and|or|speak)|foreign",
    ),
    Concept(
        "deprivation",
        "imd* depriv* ses seifa income* inc poverty househ* decile quintile townsend adi wealth",
        r"depriv|poor|poverty|incom|socio|\bses\b|wealth|rich|earn|neighbou?rhood|money"
        r"|economic|class\b|afford",
    ),
    Concept(
        "education",
        "edu* school* schul* degree bildung instr* grade_level literacy",
        r"educat|school|degree|gradua|literacy|academic|university|college|schooling",
    ),
    Concept(
        "nationality",
        "nation* citizen* staats* migra* country birthplace born abroad residency land",
        r"nation|citizen|migra|foreign|countr|born|passport|abroad|refugee|immigra|origin",
    ),
    Concept(
        "religion",
        "relig* faith konfession",
        r"relig|faith|confession|christian|muslim|jewish|hindu|buddh",
    ),
    Concept(
        "marital status",
        "marit* married fam_stand famstand familienstand civil partner statut_matri matri*",
        r"marit|married|marriage|single|divorc|widow|partner|spouse|civil status|family status",
    ),
    Concept(
        "employment",
        "empl* occup* job work* beruf* profession veteran vet military",
        r"employ|work|job|occupat|profession|retire|veteran|military|served",
    ),
    Concept(
        "residence",
        "rural* urban* ruca region* area* milieu wohn* resid* zip postcode county state housing "
        "home homeless living",
        r"rural|urban|region|area|city|cities|town|village|countryside|postcode|zip|county|live"
        r"|living|housing|hous|home|resid|remote",
    ),
    Concept(
        "site",
        "site* center* centre* clinic* hosp hospital* ward* unit* facility* practice* klinik "
        "fachabt department dept",
        r"site|cent(?:er|re)|clinic|hospital|ward|unit|facilit|practice|department|institution"
        r"|trust|house",
    ),
    Concept(
        "disability",
        "disab* handicap* impair* behinder*",
        r"disab|handicap|impair|wheelchair",
    ),
    Concept(
        "death",
        "death* dead died dth mort* exitus surviv* deces* tod* verstorben alive fatal* vital "
        "deceased expire* os_status muerte",
        r"death|dead|die[sd]?\b|dying|mortal|surviv|alive|fatal|deceas|pass(?:es|ed)? away|expire"
        r"|perish|lethal|live or|lives or|vital status|lose (?:a|the) patient|make it|outlive"
        r"|does(?:n't| not) leave",
    ),
    Concept(
        "readmission",
        "readm* rehosp* return wiederaufn* reinfarct* bounce",
        r"readmi|re-admi|rehosp|return|come[s]? back|came back|back in hospital|bounce|again",
    ),
    Concept(
        "length of stay",
        "los* stay duration verweil* days",
        r"length of (?:the )?(?:hospital )?stay|\blos\b|stay|how long|days in|nights|duration"
        r"|bed days",
    ),
    Concept(
        "diagnosis",
        "diag* dx* disease label_dx diagnose case_status condition",
        r"diagnos|\bdx\b|disease|condition|illness|what they have|schizophren|case",
    ),
    Concept(
        "relapse or recurrence",
        "relaps* recur* rezid* progress* prog pfs failure echec fail*",
        r"relaps|recur|come[s]? back|return|progress|fail|worsen|flare",
    ),
    Concept(
        "infection",
        "infect* sepsis septic wundinf ssi pneumonia vap",
        r"infect|sepsis|septic|pneumonia|germ|contamin",
    ),
    Concept(
        "intensive care",
        "icu* its intensiv* reanim* uci critical",
        r"\bicu\b|intensive|critical care|\bits\b",
    ),
    Concept(
        "smoking",
        "smok* tobacco cig* pack rauch* qsmk",
        r"smok|cigar|tobacco|pack",
    ),
    Concept(
        "response",
        "resp respond* response* responder ansprech* pcr",
        r"respon|work(?:s|ed)?\b|benefit|improv|success|help",
    ),
    Concept(
        "remission",
        "remis* remission",
        r"remission|remit|symptom-?free|recover",
    ),
    Concept(
        "diabetes",
        "diab* dm dm2 t2dm t1dm hba1c",
        r"diabet|blood sugar|glucose|insulin",
    ),
    Concept(
        "stroke",
        "stroke* cva insult apoplex*",
        r"stroke|brain attack|apoplex",
    ),
    Concept(
        "pain",
        "pain* nrs vas schmerz*",
        r"pain|hurt|ache",
    ),
    Concept(
        "drop-out",
        "drop* dropout ltfu lost attrition pdv withdraw* dctreasn",
        r"drop|quit|lost to|withdr|attrition|leave[s]? (?:the )?(?:study|trial)|discontinu|lose",
    ),
    Concept(
        "weight",
        "weight* wt* bmi* gewicht obes* wtloss",
        r"weigh|obes|\bbmi\b|body mass|heav|overweight|thin",
    ),
)


def concepts_of(parts: tuple[str, ...]) -> tuple[Concept, ...]:
    """Return the concepts that a column with these name parts (lower case) shows."""
    return tuple(
        concept for concept in CONCEPTS if any(concept.is_shown_by(part) for part in parts)
    )
