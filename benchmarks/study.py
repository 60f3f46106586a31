"""A study in one command: every synthesizer with every seed, compared, written as Markdown.

Runs that the home holds already are not done again, so that an interrupted study goes on where it
stopped. What is asked for lies in ``studies/``.

Usage: python benchmarks/study.py schizophrenia|nhefs [--out FILE.md] [--home DIR]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.study_comparison import Results
from benchmarks.study_document import document
from benchmarks.study_runs import carry_out, read_study
from memisis_core.errors import MemisisError
from memisis_core.locations import HOME_VARIABLE

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", help="one of benchmarks/studies, without .toml")
    parser.add_argument("--out", type=Path, help="default: docs/study-NAME.md")
    parser.add_argument("--home", type=Path, help="where runs are kept (default: MEMISIS_HOME)")
    options = parser.parse_args(arguments)
    if options.home is not None:
        os.environ[HOME_VARIABLE] = str(options.home.resolve())
    try:
        study = read_study(options.study)
        runs = carry_out(study)
    except MemisisError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    protected = runs[0].job.plan.protected
    both = [" × ".join(protected)] if len(protected) > 1 else []
    out = options.out or DOCS / f"study-{study.name}.md"
    out.write_text(document(study, Results(runs, [*protected, *both])), encoding="utf-8")
    print(f"written: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
