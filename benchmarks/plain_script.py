"""The plain way: SDV, sdmetrics, scikit-learn and fairlearn as their documentation shows them.

Three synthesizers one after the other, then quality report, DCR, disclosure, three utility models
and fairness for each. What `end_to_end.py` compares Memisis with. Uses two threads where the
libraries do, as they come.

Usage: python benchmarks/plain_script.py TABLE.csv --rows 10000 --epochs 30 [--no-dcr]
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
TARGET, PROTECTED = "Diagnosis", ["Race", "Sex"]
TABLE = "patients"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--no-dcr", action="store_true")
    options = parser.parse_args()
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer
    from sklearn.model_selection import train_test_split

    data = pd.read_csv(options.table).iloc[: options.rows]
    metadata = Metadata.detect_from_dataframes({TABLE: data})
    metadata.update_column(TARGET, table_name=TABLE, sdtype="categorical")
    train, holdout = train_test_split(data, test_size=0.5, random_state=0, stratify=data[TARGET])
    train, holdout = train.reset_index(drop=True), holdout.reset_index(drop=True)
    seconds: dict[str, float] = {}
    for name, make in {
        "gaussian_copula": lambda: GaussianCopulaSynthesizer(metadata),
        "ctgan": lambda: CTGANSynthesizer(metadata, epochs=options.epochs),
        "tvae": lambda: TVAESynthesizer(metadata, epochs=options.epochs),
    }.items():
        started = time.perf_counter()
        synthesizer = make()
        synthesizer.fit({TABLE: train})
        synthetic = synthesizer.sample(num_rows=len(train))[TABLE]
        seconds[f"{name} training"] = time.perf_counter() - started
        started = time.perf_counter()
        results = evaluate(train, holdout, synthetic, metadata, dcr=not options.no_dcr)
        seconds[f"{name} evaluation"] = time.perf_counter() - started
        print(json.dumps({name: results}))
    print(json.dumps({"seconds": {k: round(v, 1) for k, v in seconds.items()}}))


def evaluate(
    train: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, metadata: Any, dcr: bool
) -> dict[str, float]:
    from sdmetrics.single_table import DCROverfittingProtection, DisclosureProtection
    from sdv.evaluation import evaluate_quality

    results: dict[str, float] = {}
    report = evaluate_quality({TABLE: train}, {TABLE: synthetic}, metadata, verbose=False)
    results["quality"] = report.get_score()
    if dcr:
        results["dcr"] = DCROverfittingProtection.compute(
            train, synthetic, holdout, metadata.to_dict(), TABLE
        )
    results["disclosure"] = DisclosureProtection.compute(
        train, synthetic, known_column_names=["Race", "Sex"], sensitive_column_names=[TARGET]
    )
    results |= utility_and_fairness(train, holdout, synthetic)
    return {key: float(np.round(value, 4)) for key, value in results.items()}


def utility_and_fairness(
    train: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame
) -> dict[str, float]:
    from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    results: dict[str, float] = {}
    for source, table in (("real", train), ("synthetic", synthetic)):
        for model in (
            LogisticRegression(max_iter=1000),
            RandomForestClassifier(random_state=0),
            HistGradientBoostingClassifier(random_state=0),
        ):
            encode = make_column_transformer(
                (
                    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                    make_column_selector(dtype_include=object),
                ),
                (StandardScaler(), make_column_selector(dtype_include=np.number)),
            )
            pipeline = make_pipeline(encode, model)
            pipeline.fit(table.drop(columns=TARGET), table[TARGET].astype(int))
            score = pipeline.predict_proba(holdout.drop(columns=TARGET))[:, 1]
            predicted, true = (score >= 0.5).astype(int), holdout[TARGET].astype(int)
            key = f"{source} {type(model).__name__}"
            results[f"{key} auroc"] = roc_auc_score(true, score)
            results[f"{key} ap"] = average_precision_score(true, score)
            results[f"{key} f1"] = f1_score(true, predicted)
            for attribute in (*PROTECTED, PROTECTED):
                groups = holdout[attribute]
                label = attribute if isinstance(attribute, str) else " x ".join(attribute)
                for measure in (demographic_parity_difference, equalized_odds_difference):
                    results[f"{key} {measure.__name__} {label}"] = measure(
                        true, predicted, sensitive_features=groups
                    )
    return results


if __name__ == "__main__":
    main()
