"""What the terms of this field mean, in our own words, each with its source.

A small model's prose on these would be worse than none: for a known term this text is the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes
    ----------
    name : str
    said : str
        Regular expression of how people write it, case ignored.
    text : str
        Two or three sentences.
    source : str
        Where it comes from.
    """

    name: str
    said: str
    text: str
    source: str


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[re.Pattern[str], Term], ...]:
    return tuple(
        (re.compile(rf"(?<![^\W_])(?:{term.said})(?![^\W_])", re.IGNORECASE), term)
        for term in TERMS
    )


def terms_in(words: str) -> tuple[Term, ...]:
    """Return the known terms that the words name, in the order in which they stand."""
    found = [
        (match.start(), term) for pattern, term in _compiled() if (match := pattern.search(words))
    ]
    return tuple(term for _, term in sorted(found, key=lambda pair: pair[0]))


TERMS: tuple[Term, ...] = (
    Term(
        "CTGAN",
        r"ct-?gans?|conditional (?:tabular )?gans?|gans?|(?:generative )?adversarial networks?",
        "CTGAN is a conditional generative adversarial network for tables: a generator learns to "
        "write rows that a discriminator cannot tell from real ones. It handles mixed columns and "
        "rare categories, needs the most epochs and is the slowest of the three.",
        "Xu et al. 2019, arXiv 1907.00503",
    ),
    Term(
        "TVAE",
        r"t-?vaes?|vaes?|(?:variational )?auto-?encoders?",
        "TVAE is a variational autoencoder for tables: it learns to squeeze a row into a few "
        "numbers and to write it out again, then draws new numbers. It trains faster than CTGAN "
        "and tends to smooth rare values away.",
        "Xu et al. 2019, arXiv 1907.00503",
    ),
    Term(
        "Gaussian copula",
        r"gaussian[\s_-]?copulas?|copulas?",
        "A Gaussian copula models each column by its own distribution and joins the columns by "
        "their correlations. It takes seconds, has no epochs, and misses dependencies that are "
        "not monotone.",
        "Patki et al. 2016, doi 10.1109/DSAA.2016.49",
    ),
    Term(
        "epoch",
        r"epochs?",
        "An epoch is one pass over the training rows. More epochs let CTGAN and TVAE fit more "
        "closely, and beyond some point memorise; the Gaussian copula has none.",
        "SDV documentation",
    ),
    Term(
        "holdout",
        r"hold-?outs?(?: set| rows| data)?|split",
        "The holdout is the part of the real table that no synthesizer ever sees. Utility, "
        "fairness and privacy are measured against it, and it shows what real data would score in "
        "the synthetic data's place.",
        "docs: how runs are measured",
    ),
    Term(
        "training rows",
        r"train(?:ing)? (?:rows|size|set)",
        "Training rows are the real rows that synthesizers learn from: all that are not held out, "
        "or fewer if the plan says so. Fewer rows train faster and give a poorer copy.",
        "Memisis, arXiv 2605.17758",
    ),
    Term(
        "membership inference",
        r"membership(?: inference)?(?: attacks?| risk| auc)?|mia",
        "A membership inference attack tries to tell whether a given patient was among the "
        "training rows. An AUC of 0.5 is guessing; the same attack on real holdout data is shown "
        "beside it. A low value shows that this attack failed, not that none can succeed.",
        "van Breugel et al. 2023, arXiv 2302.12580",
    ),
    Term(
        "distance to closest record",
        r"dcr(?: share)?|distance to (?:the )?closest record|nndr|closest records?",
        "The share of synthetic rows that lie closer to a training row than to a holdout row, at "
        "equal sizes: 0.5 is ideal. It is a similarity indicator: attacks succeed on data that "
        "passes it.",
        "The DCR Delusion, arXiv 2505.01524",
    ),
    Term(
        "singling out",
        r"singling[\s-]?out",
        "Singling out: finding attributes that exactly one person in the training data has. The "
        "risk is what the attack gains over the same attack on people who were not in it.",
        "Giomi et al. 2023, doi 10.56553/popets-2023-0055",
    ),
    Term(
        "linkability",
        r"linkab\w+|linkage(?: attacks?| risk)?",
        "Linkability: joining two parts of one person's record through the synthetic data. The "
        "risk is what the attack gains over the same attack on people who were not in it.",
        "Giomi et al. 2023, doi 10.56553/popets-2023-0055",
    ),
    Term(
        "attribute inference",
        r"attribute (?:inference|disclosure)",
        "Attribute inference: guessing a sensitive value of a person from other values that are "
        "known. Some of it works on anyone, so that only the gain over people outside the training "
        "data counts.",
        "Giomi et al. 2023, doi 10.56553/popets-2023-0055",
    ),
    Term(
        "differential privacy",
        r"differential(?:ly)? priva\w+|epsilon",
        "Differential privacy bounds what any attack can learn about one person, by noise added in "
        "training. None of the synthesizers here gives that guarantee; privacy is measured by "
        "attacks instead.",
        "Dwork and Roth 2014, doi 10.1561/0400000042",
    ),
    Term(
        "legal compliance",
        r"gdpr|hipaa|dsgvo|anonymi[sz]\w+|pseudonymi[sz]\w+|legal\w*|compliant|compliance",
        "No measure shown here proves that data is anonymous in the sense of a law. They show how "
        "certain attacks did; whether data may be shared is for your data protection officer.",
        "consensus panel, doi 10.1016/j.patter.2025.101320",
    ),
    Term(
        "synthetic data",
        r"synthetic (?:data|patients?|rows|tables?)|synthesi[sz]ers?",
        "Synthetic data are new rows drawn from a model of the real table. They can keep its "
        "distributions and relations without copying a person, and they can also leak or distort: "
        "that is why every run is measured.",
        "Memisis, arXiv 2605.17758",
    ),
    Term(
        "fidelity",
        r"fidelity|ks(?: complement| statistic| distance)?|kolmogorov[\s-]smirnov"
        r"|tv(?: complement| distance)?|total variation|column shapes?|pair trends?",
        "Fidelity asks how close the synthetic table is to the real one: column by column (KS for "
        "numbers, total variation for categories, 1 is identical), pair by pair, and as a whole by "
        "a classifier that tries to tell the two apart.",
        "SDMetrics documentation; Lopez-Paz and Oquab 2017, arXiv 1610.06545",
    ),
    Term(
        "classifier two-sample test",
        r"c2st(?: auc)?|(?:classifier )?two[\s-]sample tests?|pmse(?: ratio)?",
        "A classifier learns to tell synthetic rows from real ones. An AUC of 0.5 means that it "
        "cannot; 1 means that it always can. It is stricter than any look at single columns.",
        "Lopez-Paz and Oquab 2017, arXiv 1610.06545",
    ),
    Term(
        "α-precision and β-recall",
        r"(?:alpha|α)[\s-]precision|(?:beta|β)[\s-]recall",
        "α-precision: how much of the synthetic data lies where real data is typical. β-recall: "
        "how much of the real data's variety the synthetic data covers. Both are 1 at best.",
        "Alaa et al. 2022, arXiv 2102.08921",
    ),
    Term(
        "utility",
        r"utility|tstr|train on synthetic|downstream",
        "Utility asks whether models learn the same from synthetic data: three models are trained "
        "on synthetic and on real rows of the same number, and both are tested on the same real "
        "holdout. The gap between the two is what the synthetic data costs.",
        "Esteban et al. 2017, arXiv 1706.02633",
    ),
    Term(
        "AUROC",
        r"au-?roc|roc[\s-]?auc|auc|area under the (?:roc )?curve",
        "AUROC is the chance that a model ranks a random case above a random non-case: 0.5 is "
        "guessing, 1 is perfect. It says nothing of calibration.",
        "Hanley and McNeil 1982, doi 10.1148/radiology.143.1.7063747",
    ),
    Term(
        "F1",
        r"f1(?:[\s-]score)?|average precision|auprc|balanced accuracy|brier(?: score)?",
        "F1 joins precision and recall of one class at a threshold; average precision does so over "
        "all thresholds; balanced accuracy averages the recall of the classes; the Brier score is "
        "the mean squared error of predicted probabilities, 0 at best.",
        "scikit-learn documentation, model evaluation",
    ),
    Term(
        "fairness",
        r"fairness|bias(?:ed)?|protected attributes?",
        "Fairness is asked in three ways: are groups represented as in the real data, are they "
        "copied equally well, and does a model trained on the synthetic data treat them alike. A "
        "protected attribute, such as race or sex, is what the groups are made by.",
        "Fairlearn documentation",
    ),
    Term(
        "equalised odds",
        r"equali[sz]ed odds(?: difference| ratio)?|equal odds",
        "Equalised odds: true and false positive rates are the same in every group. The difference "
        "is the larger of the two gaps between best and worst group, 0 at best; small groups make "
        "it jump, so that cell sizes are shown.",
        "Hardt et al. 2016, arXiv 1610.02413",
    ),
    Term(
        "demographic parity",
        r"demographic parity(?: difference| ratio)?|statistical parity",
        "Demographic parity: every group gets a positive prediction equally often. The difference "
        "between the highest and the lowest rate is 0 at best; it ignores whether the groups "
        "differ in truth.",
        "Fairlearn documentation",
    ),
    Term(
        "equal opportunity",
        r"equal opportunity(?: difference| ratio)?",
        "Equal opportunity: cases are found equally often in every group (equal true positive "
        "rates). The difference between best and worst group is 0 at best.",
        "Hardt et al. 2016, arXiv 1610.02413",
    ),
    Term(
        "confidence interval",
        r"confidence intervals?|95\s?%|intervals?|uncertaint\w+|within noise",
        "The interval beside a value says how far it may be off by chance: in 95 of 100 "
        "repetitions such an interval holds the true value. Two runs whose intervals overlap "
        "widely cannot be told apart.",
        "Efron and Tibshirani 1993",
    ),
    Term(
        "baseline",
        r"(?:real )?baselines?|yardsticks?",
        "The real baseline is the same measure with real holdout data in the synthetic data's "
        "place. It is what perfect synthetic data would score, beside the ideal.",
        "docs: how runs are measured",
    ),
    Term(
        "mode collapse",
        r"mode collapse",
        "Mode collapse: a generator writes only a few kinds of rows and leaves others out. Low "
        "category coverage and low β-recall show it.",
        "Xu et al. 2019, arXiv 1907.00503",
    ),
    Term(
        "overfitting",
        r"over-?fit\w*|memori[sz]\w+",
        "A model that overfits has learnt its training rows instead of what they have in common. "
        "For a synthesizer that is a privacy matter: it may write training rows out again, which "
        "membership attacks and exact copies show.",
        "van Breugel et al. 2023, arXiv 2302.12580",
    ),
)
