"""Privacy: what an attacker could learn of the people in the training data."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation

_ATTACK = (
    "a failed attack bounds this attack only; no measure here shows legal compliance "
    "(10.1016/j.patter.2025.101320)"
)
_SIMILARITY = (
    "similarity to real rows is not a guarantee of privacy (arXiv 2505.01524; "
    "10.1016/j.patter.2025.101320), and publishing it can itself leak (arXiv 2312.05114)"
)
_RARE_ATTACK = f"on the most outlying 5 % of real records alone; {_ATTACK}"
_RARE_SIMILARITY = f"on the most outlying 5 % of real records alone; {_SIMILARITY}"
EXPLANATIONS: tuple[MetricExplanation, ...] = (
    MetricExplanation(
        id="privacy.membership_auc",
        name="membership attack, AUC",
        what=(
            "Area under the ROC curve of guessing, from the distance to the nearest "
            "synthetic row, who was in the training data; 0.5: a coin toss."
        ),
        ideal=0.5,
        direction="lower",
        caveat=_ATTACK,
        source="Chen et al. 2020, arXiv 1909.03935 (black-box attack)",
    ),
    MetricExplanation(
        id="privacy.membership_risk",
        name="membership risk",
        what=("max(0, 2 AUC - 1): how far the attack gets from tossing a coin to certainty."),
        ideal=0.0,
        direction="lower",
        caveat=_ATTACK,
        source="Gini coefficient of the attack",
    ),
    MetricExplanation(
        id="privacy.membership_tpr_1",
        name="members found at 1 % false alarms",
        what=(
            "Share of training records that the attack names while it accuses 1 % of the "
            "others wrongly."
        ),
        ideal=0.01,
        direction="lower",
        caveat=_ATTACK,
        source="Carlini et al. 2022, arXiv 2112.03570",
    ),
    MetricExplanation(
        id="privacy.membership_tpr_10",
        name="members found at 10 % false alarms",
        what=(
            "Share of training records that the attack names while it accuses 10 % of the "
            "others wrongly."
        ),
        ideal=0.1,
        direction="lower",
        caveat=_ATTACK,
        source="Carlini et al. 2022, arXiv 2112.03570",
    ),
    MetricExplanation(
        id="privacy.membership_auc_rare",
        name="membership attack on outlying records, AUC",
        what=("The distance attack on the 5 % of records that are furthest from all others."),
        ideal=0.5,
        direction="lower",
        caveat=_RARE_ATTACK,
        source="Stadler et al. 2022, arXiv 2011.07018 (outliers)",
    ),
    MetricExplanation(
        id="privacy.density_membership_auc_rare",
        name="density-ratio attack on outlying records, AUC",
        what=("The density-ratio attack on the 5 % of records that are furthest from all others."),
        ideal=0.5,
        direction="lower",
        caveat=_RARE_ATTACK,
        source=(
            "van Breugel et al. 2023 (DOMIAS), arXiv 2302.12580, on outliers as in Stadler et al. "
            "2022, arXiv 2011.07018"
        ),
    ),
    MetricExplanation(
        id="privacy.density_membership_auc",
        name="density-ratio membership attack, AUC",
        what=(
            "The same for an attacker who also knows the population and looks for places "
            "where synthetic rows are denser than people are."
        ),
        ideal=0.5,
        direction="lower",
        caveat=_ATTACK,
        source=(
            "van Breugel et al. 2023 (DOMIAS), arXiv 2302.12580, with nearest-neighbour densities"
        ),
    ),
    MetricExplanation(
        id="privacy.singling_out",
        name="singling-out risk",
        what=(
            "How much more often a condition on 3 columns that holds for exactly one "
            "synthetic row holds for exactly one training record than for exactly one of as "
            "many held-out ones."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_ATTACK,
        source="Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055",
    ),
    MetricExplanation(
        id="privacy.linkability",
        name="linkability risk",
        what=(
            "How much more often the two halves of a training record have a synthetic row "
            "among the 5 nearest in common than those of a held-out record."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_ATTACK,
        source=(
            "Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055; columns halved at "
            "random 4 times"
        ),
    ),
    MetricExplanation(
        id="privacy.attribute_inference",
        name="attribute-inference risk",
        what=(
            "How much more often the synthetic row that is nearest by all other columns "
            "gives away a value of a training record than of a held-out one; overall: over "
            "all columns."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_ATTACK,
        source="Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055",
    ),
    MetricExplanation(
        id="privacy.disclosure",
        name="attribute-disclosure risk",
        what=(
            "How much more often the synthetic rows that agree with a person in the known "
            "columns give away the sensitive one for training records than for held-out "
            "ones."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_ATTACK,
        source=("Elliot 2014 and Taub et al. 2018 (CAP), with the control of Giomi et al. 2023"),
    ),
    MetricExplanation(
        id="privacy.cap",
        name="correct attribution probability",
        what=(
            "Share, among the synthetic rows that agree with a training record in the known "
            "columns, of those that also have its sensitive value; what the population "
            "gives away is part of it."
        ),
        ideal=None,
        direction="lower",
        caveat=_ATTACK,
        source="Taub et al. 2018, PSD 2018:122; 1 minus sdmetrics CategoricalCAP",
    ),
    MetricExplanation(
        id="privacy.exact_copies",
        name="exact copies",
        what=(
            "Share of synthetic rows that equal a training record in every column. In "
            "coarse tables people equal each other too: the baseline is the share of "
            "held-out records that do."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_SIMILARITY,
        source="identical match share; Platzer & Reutterer 2021, Front. Big Data 4:679939",
    ),
    MetricExplanation(
        id="privacy.exact_copies_rare",
        name="outlying records copied",
        what=(
            "Share of the 5 % of training records furthest from all others that occur, "
            "value for value, among the synthetic rows."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_RARE_SIMILARITY,
        source="identical match share, by record",
    ),
    MetricExplanation(
        id="privacy.attribute_inference_rare",
        name="attribute-inference risk of outlying records",
        what=(
            "Attribute inference over all columns on the 5 % of records that are furthest from all "
            "others."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_RARE_ATTACK,
        source=(
            "Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055, on outliers as in Stadler "
            "et al. 2022, arXiv 2011.07018"
        ),
    ),
    MetricExplanation(
        id="privacy.linkability_rare",
        name="linkability risk of outlying records",
        what=("Linkability of the 5 % of records that are furthest from all others."),
        ideal=0.0,
        direction="lower",
        caveat=_RARE_ATTACK,
        source=(
            "Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055, on outliers as in Stadler "
            "et al. 2022, arXiv 2011.07018"
        ),
    ),
    MetricExplanation(
        id="privacy.singling_out_rare",
        name="singling-out risk of outlying records",
        what=(
            "How much more often a condition on 3 columns that holds for exactly one synthetic row "
            "singles out an outlying training record than an outlying held-out one."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_RARE_ATTACK,
        source=(
            "Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055, on outliers as in Stadler "
            "et al. 2022, arXiv 2011.07018"
        ),
    ),
    MetricExplanation(
        id="privacy.disclosure_rare",
        name="attribute-disclosure risk of outlying records",
        what=(
            "Attribute disclosure through known columns for the 5 % of records that are furthest "
            "from all others."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_RARE_ATTACK,
        source=("Taub et al. 2018 (CAP), on outliers as in Stadler et al. 2022, arXiv 2011.07018"),
    ),
    MetricExplanation(
        id="privacy.new_rows",
        name="new rows",
        what=(
            "Share of synthetic rows that match no training record (discrete values equal, "
            "numbers within 1 %, dates on the same day)."
        ),
        ideal=1.0,
        direction="higher",
        caveat=_SIMILARITY,
        source="sdmetrics NewRowSynthesis",
    ),
    MetricExplanation(
        id="privacy.dcr_share",
        name="closer to train than to holdout",
        what=(
            "Share of synthetic rows whose closest record is a training rather than a "
            "held-out one, both of the same number (ties count half); 0.5: no closer to those "
            "who were seen."
        ),
        ideal=0.5,
        direction="target",
        caveat=_SIMILARITY,
        source=(
            "Platzer & Reutterer 2021, Front. Big Data 4:679939; sdmetrics DCROverfittingProtection"
        ),
    ),
    MetricExplanation(
        id="privacy.dcr_share_rare",
        name="closer to train, near outlying records",
        what=(
            "The same for synthetic rows whose closest record is one of the 5 % that are "
            "furthest from all others."
        ),
        ideal=0.5,
        direction="target",
        caveat=_RARE_SIMILARITY,
        source="Platzer & Reutterer 2021, Front. Big Data 4:679939",
    ),
    MetricExplanation(
        id="privacy.dcr_5th",
        name="distance to the closest record, 5th percentile",
        what=(
            "Gower distance (0 to 1) to the closest training record that 5 % of synthetic "
            "rows fall below."
        ),
        ideal=None,
        direction="higher",
        caveat=_SIMILARITY,
        source="Zhao et al. 2021 (CTAB-GAN), arXiv 2102.08369",
    ),
    MetricExplanation(
        id="privacy.nndr",
        name="nearest-neighbour distance ratio, 5th percentile",
        what=(
            "Distance to the closest over that to the second closest training record, the "
            "value that 5 % of synthetic rows fall below; near 0: close to one person "
            "alone."
        ),
        ideal=None,
        direction="higher",
        caveat=_SIMILARITY,
        source="Zhao et al. 2021 (CTAB-GAN), arXiv 2102.08369",
    ),
)
