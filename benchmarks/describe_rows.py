"""Row mode with the embedded model: time for each accepted row, acceptance, variety.

Run as ``python benchmarks/describe_rows.py --rows 200``. Interrupted or killed, the same call goes
on with the rows that are there. ``--model SmolLM2-135M-Instruct.Q4_1.gguf`` measures the model as
it was before it learnt to write rows.
"""

from __future__ import annotations

import argparse
import sys

from memisis_core.description.joint import joint_of
from memisis_core.description.ready_made import EXAMPLES, example
from memisis_core.description.rows.run import RowProgress
from memisis_core.description.rows.settings import RowSettings
from memisis_core.description.rows.writers import row_model
from memisis_core.description.rows.writing import WrittenRows, journal_path, write_rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--example", choices=EXAMPLES, default="alzheimer")
    parser.add_argument("--model", help="a file of the models folder instead of the embedded one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tries", type=int, default=RowSettings(rows=1).tries)
    given = parser.parse_args()

    from memisis_core.agent.gpt4all_values import GPT4AllValueWriter

    joint = joint_of(example(given.example))
    model = row_model(given.model, None, lambda line: print(line, file=sys.stderr))
    settings = RowSettings(
        rows=given.rows, seed=given.seed, form=model.form, tries=given.tries, fruitless=200,
        attempts_a_row=50,
    )  # fmt: skip
    writer = GPT4AllValueWriter(model.path, threads=given.threads)
    resume = journal_path(settings, joint, writer.identity).is_file()
    try:
        written = write_rows(joint, writer, settings, resume=resume, listen=_tell)
    finally:
        writer.close()
    print(f"{given.example}, {model.path.name}, trained for rows: {model.trained}")
    _show(written)


def _tell(progress: RowProgress) -> None:
    if progress.attempts % 20 == 0:
        print(
            f"{progress.accepted}/{progress.wanted} rows, {progress.attempts} attempts, "
            f"{progress.seconds_a_row or 0:.1f} s a row",
            file=sys.stderr,
        )


def _show(written: WrittenRows) -> None:
    tally = written.result.tally
    print(f"{written.result.state} {written.result.note}")
    print(f"accepted {len(tally.rows)} of {tally.attempts} ({tally.acceptance or 0:.1%})")
    print(f"rejected rows: {dict(tally.rejected)}")
    print(f"rejected for: {dict(tally.rejected_at)}")
    print(f"values asked for again: {dict(tally.rejected_values)}")
    print(f"{tally.seconds_a_row or 0:.2f} s for each accepted row")
    print(f"distinct {written.distinct}, prompt varied {tally.varied} times")
    print(f"entropy: {written.entropy_share or 0:.0%} of the specification's, mean over columns")
    for name, bits in written.entropy.items():
        print(f"  {name}: {bits:.2f} bits, specification {written.expected_entropy[name]:.2f}")


if __name__ == "__main__":
    main()
