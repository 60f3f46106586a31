"""What a model knows of numbers that are known, beside the program's defaults.

Asks the questions of `memisis describe --ask` whose answers the ready-made specifications state.

Usage: python benchmarks/describe_questions.py [--model FILE] [--controls N]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
from memisis_core.agent.model_choice import usable_file
from memisis_core.agent.model_files import CHAT_FILE
from memisis_core.description.questions.answer import NoAnswer
from memisis_core.description.questions.asking import agreed
from memisis_core.description.questions.knowledge import controls
from memisis_core.description.questions.model_answers import ModelAnswers
from memisis_core.description.ready_made import example


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="a GGUF file of the models folder (default: the embedded)")
    parser.add_argument("--controls", type=int, default=24)
    given = parser.parse_args()
    asked = controls(example("alzheimer"), given.controls)
    writer = GPT4AllValueWriter(usable_file(given.model or CHAT_FILE), context=2048, threads=1)
    came: Counter[str] = Counter()
    begun = time.perf_counter()
    try:
        ask = ModelAnswers(writer)
        for control in asked:
            answers = ask(control.question, control.specification)
            try:
                value = agreed(control.question, answers, control.specification)
                came["right" if control.met_by(value) else "wrong"] += 1
                said = f"{value:g}"
            except NoAnswer as error:
                came[str(error.reason)] += 1
                said = str(error)
            texts = " | ".join(answer.text.strip() for answer in answers)
            print(f"{control.question.label}: stated {control.value:g}; {said}   [{texts}]")
    finally:
        writer.close()
    by_default = sum(control.met_by(control.default) for control in asked)
    seconds = time.perf_counter() - begun
    print(f"\n{writer.name}: {dict(came)} of {len(asked)}, {seconds / len(asked):.1f} s a question")
    print(f"right by the program's defaults: {by_default}; ratio {came['right'] / by_default:.2f}")


if __name__ == "__main__":
    main()
