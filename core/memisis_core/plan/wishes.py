"""Traces priorities and goals to the words: what people say of each axis and each measure."""

from __future__ import annotations

import re
from typing import Final

from memisis_core.plan.model import Priority


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{said})\w*", re.IGNORECASE)


PRIORITY_SAID: Final[dict[Priority, re.Pattern[str]]] = {
    Priority.PRIVACY: _pattern(
        r"priva|confiden|anonym|leak|identif|re-identif|reidentif|trace|recogni[sz]|disclos|gdpr"
        r"|hipaa|dsgvo|ethic|irb|publish|publication|public|share|sharing|outside|outsider|external"
        r"|partner|vendor|third part|hand(?:ed)? out|hand(?:ed)? over|release|attack|hack"
        r"|membership|memori[sz]|expos|secre|protect|safe|secur|legal|lawyer|compliance"
        r"|data protection"
        r"|consent|stranger|github|zenodo|kaggle|upload|open data|leaves?\b|send|sent"
        r"|give|gets? (?:the|it)"
        r"|receive|breach|spot a|guess|single out|rare disease|compan|start-?up|students?|abroad"
    ),
    Priority.UTILITY: _pattern(
        r"utili|useful|usab|accura|predicti|predict|perform|auc|auroc|roc\b|f1|model|classif"
        r"|machine learning|ml\b|downstream|train(?:s|ing)?\b|transfer|generali[sz]|work|tstr"
        r"|forecast|score|good results|bedside|real patients|deploy"
    ),
    Priority.FAIRNESS: _pattern(
        r"fair|unfair|bias|unbias|equit|equal|discrimin|dispar|disadvantag|inequal|parity|group"
        r"|minorit|justice|just\b|same error|treat|worse off|gap|underserved|unequal|lose out"
    ),
    Priority.FIDELITY: _pattern(
        r"fideli|faithful|realis|realistic|real-?looking|authentic|genuine|distribut|correlat"
        r"|marginal|histogram|resembl|look|close to|similar|statistic|structure|shape|mirror"
        r"|lifelike|true to|table 1|table one|mean|depend|relation|copy|indistinguish|match"
        r"|quality|plausib|preserv"
    ),
}

METRIC_SAID: Final[dict[str, re.Pattern[str]]] = {
    "utility.auroc_gap": _pattern(r"au-?c|auroc|roc|area under"),
    "utility.f1_gap": _pattern(r"f1|f-1|f score|f-score"),
    "utility.auroc": _pattern(r"au-?c|auroc|roc|area under"),
    "utility.f1": _pattern(r"f1|f-1|f score|f-score"),
    "utility.balanced_accuracy": _pattern(r"bal|bacc|accura"),
    "utility.r2": _pattern(r"r2|r²|r\^2|r[\s-]?squared|varian|explained"),
    "utility.rmse": _pattern(r"rmse|root mean|squared error|mean square"),
    "privacy.membership_risk": _pattern(r"member"),
    "privacy.membership_auc": _pattern(r"member|attack"),
    "privacy.dcr_share": _pattern(r"dcr|closest|distance|closer|nearest"),
    "privacy.exact_copies": _pattern(
        r"cop(?:y|ies)|copied|duplicat|identical|verbatim|exact|same row"
    ),
    "privacy.attribute_inference": _pattern(r"attribut|inferen|infer"),
    "privacy.singling_out": _pattern(r"singl"),
    "privacy.linkability": _pattern(r"link"),
    "fidelity.ks": _pattern(r"ks\b|k-s|kolmogor|smirnov"),
    "fidelity.tv": _pattern(r"tv\b|tvd|total variation|variation"),
    "fidelity.column_shapes": _pattern(r"shape|column|marginal"),
    "fidelity.pair_trends": _pattern(r"pair|trend"),
    "fidelity.correlation": _pattern(r"correl"),
    "fidelity.c2st_auc": _pattern(
        r"c2st|two-?\s?sample|real[\s-](?:or|versus|vs\.?)[\s-](?:fake|synthetic)|detect"
        r"|discriminat"
        r"|classifier|tell|distinguish"
    ),
    "fairness.equalized_odds_difference": _pattern(
        r"equali[sz]|eq\.? odds|eo\b|eod|odds|equal odds"
    ),
    "fairness.demographic_parity_difference": _pattern(
        r"demograph|parity|dp\b|statistical parity|dpd|positive prediction|selection rate"
    ),
    "fairness.equal_opportunity_difference": _pattern(
        r"equal opp|opportun|true positive|tpr|eopp|sensitivit"
    ),
}
"""Metric identifier to what people say when they set a threshold on it."""

METRIC_OF_SHORT_NAME: Final[dict[str, str]] = {
    metric.split(".", 1)[1]: metric for metric in METRIC_SAID
}

LOWER_IS_BETTER: Final = frozenset(
    {
        "utility.auroc_gap",
        "utility.f1_gap",
        "utility.rmse",
        "privacy.membership_risk",
        "privacy.membership_auc",
        "privacy.exact_copies",
        "privacy.attribute_inference",
        "privacy.singling_out",
        "privacy.linkability",
        "fidelity.c2st_auc",
        "fairness.equalized_odds_difference",
        "fairness.demographic_parity_difference",
        "fairness.equal_opportunity_difference",
    }
)
"""Metrics for which a threshold from above makes no sense."""
COMPLEMENTS: Final = frozenset({"fidelity.ks", "fidelity.tv"})
"""Measures that are 1 minus the distance that bears their name."""
PLAIN_NUMBERS: Final = frozenset({"utility.rmse", "privacy.exact_copies"})
"""Metrics whose thresholds are not shares: 3 % never means 0.03 of them."""
_NONE_SAID = _pattern(r"no\b|zero|not (?:one|a single|any)|without|free of|none|never")


def says_none(words: str) -> re.Match[str] | None:
    """Return where the words say that there must be none of something ("no exact copies")."""
    return _NONE_SAID.search(words)
