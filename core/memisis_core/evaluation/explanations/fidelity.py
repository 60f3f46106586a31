"""Fidelity: how close distributions and relations are to the real ones."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation

EXPLANATIONS: tuple[MetricExplanation, ...] = (
    MetricExplanation(
        id="fidelity.ks",
        name="KS complement",
        what=(
            "1 minus the greatest difference between the two cumulative distributions of a "
            "column of numbers or dates; overall: the mean of these columns."
        ),
        ideal=1.0,
        direction="higher",
        caveat="one column at a time: says nothing of how columns go together",
        source="sdmetrics KSComplement; Massey 1951, J. Am. Stat. Assoc. 46:68",
    ),
    MetricExplanation(
        id="fidelity.tv",
        name="TV complement",
        what=(
            "1 minus half the summed differences of the shares of each value of a discrete "
            "column; overall: the mean of these columns."
        ),
        ideal=1.0,
        direction="higher",
        caveat="one column at a time: says nothing of how columns go together",
        source="sdmetrics TVComplement",
    ),
    MetricExplanation(
        id="fidelity.column_shapes",
        name="column shapes",
        what=(
            "Mean over all columns of the KS complement (numbers, dates) or TV complement "
            "(discrete)."
        ),
        ideal=1.0,
        direction="higher",
        caveat="one column at a time: says nothing of how columns go together",
        source="sdmetrics QualityReport, Column Shapes",
    ),
    MetricExplanation(
        id="fidelity.missingness",
        name="missing-value similarity",
        what=(
            "1 minus the difference of the shares of missing values of a column; overall: the mean."
        ),
        ideal=1.0,
        direction="higher",
        caveat="shares only: not whether the same kind of patients lack a value",
        source="sdmetrics MissingValueSimilarity",
    ),
    MetricExplanation(
        id="fidelity.range_coverage",
        name="range coverage",
        what=(
            "Share of the real range of a column of numbers or dates that synthetic values span."
        ),
        ideal=1.0,
        direction="higher",
        caveat=(
            "covering the last extreme values of real people is not wanted where privacy matters"
        ),
        source="sdmetrics RangeCoverage",
    ),
    MetricExplanation(
        id="fidelity.category_coverage",
        name="category coverage",
        what=("Share of the values of a discrete column that occur in the synthetic data too."),
        ideal=1.0,
        direction="higher",
        caveat=("covering values of very few real people is not wanted where privacy matters"),
        source="sdmetrics CategoryCoverage",
    ),
    MetricExplanation(
        id="fidelity.wasserstein",
        name="Wasserstein distance",
        what=(
            "Mean distance, in standard deviations of the real column, by which values "
            "would have to be moved to turn one distribution into the other; overall: the "
            "mean over columns."
        ),
        ideal=0.0,
        direction="lower",
        caveat="heavy tails weigh much",
        source="scipy.stats.wasserstein_distance; Villani 2009, Optimal Transport",
    ),
    MetricExplanation(
        id="fidelity.correlation",
        name="correlation similarity",
        what=(
            "1 minus half the difference of the Pearson correlations of two columns of "
            "numbers or dates; overall: the mean over all such pairs."
        ),
        ideal=1.0,
        direction="higher",
        caveat="sees straight-line relations only",
        source="sdmetrics CorrelationSimilarity",
    ),
    MetricExplanation(
        id="fidelity.contingency",
        name="contingency similarity",
        what=(
            "1 minus the total variation distance of the joint shares of two columns of "
            "which at least one is discrete (numbers in 10 bins of the real range); "
            "overall: the mean over such pairs."
        ),
        ideal=1.0,
        direction="higher",
        caveat=None,
        source="sdmetrics ContingencySimilarity",
    ),
    MetricExplanation(
        id="fidelity.pair_trends",
        name="column pair trends",
        what=("Mean over all pairs of columns of their correlation or contingency similarity."),
        ideal=1.0,
        direction="higher",
        caveat=("pairs only; over all pairs, unlike sdmetrics' default, which skips weak ones"),
        source="sdmetrics QualityReport, Column Pair Trends, without its thresholds",
    ),
    MetricExplanation(
        id="fidelity.associations",
        name="strong associations kept",
        what=(
            "Share of the 10 strongest associations of the training data that the synthetic "
            "data show with the same sign and half to one and a half times the strength."
        ),
        ideal=1.0,
        direction="higher",
        caveat="the ten strongest only; weak ones that matter may be lost",
        source=("Spearman's correlation, correlation ratio of ranks or Cramér's V by column kinds"),
    ),
    MetricExplanation(
        id="fidelity.association",
        name="association",
        what=(
            "Strength of one of the strongest real associations in the synthetic data; the "
            "ideal is its strength in the training data."
        ),
        ideal=None,
        direction="target",
        caveat=None,
        source=("Spearman's correlation, correlation ratio of ranks or Cramér's V by column kinds"),
    ),
    MetricExplanation(
        id="fidelity.c2st_auc",
        name="real or synthetic, AUC",
        what=(
            "Cross-validated area under the ROC curve of gradient boosting that tells "
            "synthetic from unseen real rows; 0.5: it cannot, 1: it always can."
        ),
        ideal=0.5,
        direction="lower",
        caveat="a strong classifier also finds differences that matter to nobody",
        source="Lopez-Paz & Oquab 2017, arXiv 1610.06545",
    ),
    MetricExplanation(
        id="fidelity.pmse_ratio",
        name="pMSE ratio",
        what=(
            "How much better a logistic model with interactions tells synthetic from "
            "training rows than it would if both came from one distribution (1: no better)."
        ),
        ideal=1.0,
        direction="lower",
        caveat=("grows with the number of rows when the tables differ; compare runs of equal size"),
        source=("Snoke et al. 2018, J. R. Stat. Soc. A 181:663, with the null of permuted labels"),
    ),
    MetricExplanation(
        id="fidelity.alpha_precision",
        name="α-precision",
        what=(
            "How closely the share of synthetic rows within the α most typical real region "
            "follows α (1: for every α, so synthetic rows are as typical and as unusual as "
            "real ones)."
        ),
        ideal=1.0,
        direction="higher",
        caveat="depends on the distance; columns weigh alike",
        source="Alaa et al. 2022, arXiv 2102.08921, eq. 9, in Gower's geometry",
    ),
    MetricExplanation(
        id="fidelity.beta_recall",
        name="β-recall",
        what=(
            "How closely the share of real rows that have a synthetic row among the β most "
            "typical ones within the distance of their 5th real neighbour follows β."
        ),
        ideal=1.0,
        direction="higher",
        caveat="depends on the distance; columns weigh alike",
        source="Alaa et al. 2022, arXiv 2102.08921, eq. 10, in Gower's geometry",
    ),
)
