"""Fills the holes of a template and keeps the answer beside it: words and labels cannot part."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from memisis_core.agent.training.aims import goal_words, priority_words
from memisis_core.agent.training.asides import Asides, joined
from memisis_core.agent.training.columns import Column, concepts, mention, spelled, unknown_phrase
from memisis_core.agent.training.corpus_files import choose, pick, sections
from memisis_core.agent.training.labels import PRIORITIES, SYNTHESIZERS, UNKNOWN, Answer, claim
from memisis_core.agent.training.marks import marked, marked_words
from memisis_core.agent.training.numbers import spoken

_ROWS = (
    *(50, 100, 100, 150, 200, 200, 250, 300, 400, 500, 500, 600, 750, 800, 900, 1000, 1000, 1200),
    *(1500, 2000, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5000, 6000, 7500, 8000, 10_000, 10_000),
    *(12_000, 12, 24, 36, 60, 15_000, 20_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000),
)
_EPOCHS = (
    *(1, 2, 3, 4, 5, 5, 6, 8, 10, 10, 12, 15, 20, 20, 25, 30, 35, 40, 45, 50, 50, 60, 70, 75, 80),
    *(90, 100, 100, 120, 150, 200, 200, 250, 300, 300, 350, 400, 500, 500, 600, 750, 800, 1000),
    *(1000, 1500, 2000),
)
_TRAIN = (
    *(100, 200, 250, 300, 400, 500, 500, 600, 750, 800, 1000, 1000, 1200, 1500, 2000, 2000, 2500),
    *(3000, 4000, 5000, 5000, 7500, 8000, 10_000, 20_000),
)
_GAPS = (
    "gaps between ",
    "the gap between ",
    "differences between ",
    "the difference between ",
    "disparities between ",
    "disparity between ",
    "",
)
_ARTICLE = re.compile(r"^(?:the|a|an|only the) ")
_HOLE = re.compile(r"\{(\w+)\}")


class Speaker:
    """Says parts of a request over one schema and notes what they mean.

    Parameters
    ----------
    columns
        The schema.
    rng
        Source of randomness.
    """

    def __init__(self, columns: list[Column], rng: random.Random) -> None:
        self.columns = columns
        self.rng = rng
        self.slots: dict[str, str | tuple[str, ...]] = {}
        self.used: set[str] = set()
        self._marks = 0
        self._number_marks: dict[str, int] = {}
        self._column_marks: dict[str, dict[int, str]] = {"target": {}, "protected": {}}
        self.slip_rate = 0.05
        self._wrong: dict[str, str] = {}
        self._asides = Asides(columns, rng)
        self._goal_words: dict[str, str] = {}
        kinds = concepts()
        self._protectable = [
            column for column in columns if column.concept and kinds[column.concept].protected
        ]
        self._outcomes = [
            column for column in columns if column.concept and not kinds[column.concept].protected
        ]

    def has(self, slot: str) -> bool:
        """Whether a slot was stated so far."""
        return bool(self.slots.get(slot))

    def answer(self, intent: str, text: str) -> Answer:
        """Return the answer that belongs to what was said, in the words of the finished text."""
        said = marked_words(text)
        values: dict[str, str | tuple[str, ...]] = dict(self.slots)
        for slot, mark in self._number_marks.items():
            if self.has(slot) and mark in said:
                values[slot] = said[mark]
        for slot, marks in self._column_marks.items():
            claims = tuple(
                claim(words, marks[mark]) for mark, words in said.items() if mark in marks
            )
            if self.has(slot) and claims:
                values[slot] = claims if slot == "protected" else claims[0]
        return Answer(intent=intent, **values)  # type: ignore[arg-type]

    def mark_number(self, slot: str, words: str) -> str:
        """Return words as those that state a number of this slot; the last ones count."""
        self._marks += 1
        self._number_marks[slot] = self._marks
        return marked(words, self._marks)

    def mark_column(self, slot: str, words: str, column: str) -> str:
        """Return words as those that state a column (or none, :data:`UNKNOWN`) for a slot."""
        self._marks += 1
        self._column_marks[slot][self._marks] = column
        return marked(words, self._marks)

    def fill(self, template: str) -> str:
        """Fill the holes of a template; a ``@slot=value`` or ``@priority`` tail sets a slot."""
        text, _, tail = (
            template.rpartition(" @")
            if re.search(r" @[a-z_=,]+$", template)
            else (template, "", "")
        )
        if tail in PRIORITIES:
            self.slots["priority"] = tail
        elif tail:
            slot, _, value = tail.partition("=")
            lists = {"synthesizers", "protected", "goals"}
            self.slots[slot] = tuple(sorted(value.split(","))) if slot in lists else value
        return self.fill_holes(choose(text, self.rng))

    def fill_holes(self, text: str) -> str:
        """Fill the holes of a text that has no choices."""
        return _HOLE.sub(lambda match: self._hole(match.group(1)), text)

    def _hole(self, name: str) -> str:
        makers: dict[str, Callable[[], str]] = {
            "S": self.synthesizers,
            "S1": self._one_synthesizer,
            "S2": self._several,
            "S2b": lambda: self._several(2),
            "bS": self._wrong_synthesizer,
            "Sadd": lambda: self._delta("+"),
            "Sdel": lambda: self._delta("-"),
            "N": lambda: self.count("rows"),
            "E": lambda: self.count("epochs"),
            "R": lambda: self.count("train_rows"),
            "bN": lambda: self._wrong_count("rows"),
            "bE": lambda: self._wrong_count("epochs"),
            "T": self.target,
            "Tc": self._target_clause,
            "bT": self._bystander,
            "C": self._bystander,
            "P": self.protected,
            "Pg": self._groups,
            "Q": self.priority,
            "Qc": lambda: self.priority("clause"),
            "G": self.goal,
            "gap": lambda: self.rng.choice(_GAPS),
            "sep": lambda: self.rng.choice((": ", ": ", ":", "=", " = ", "=", " - ", " ")),
        }
        return makers[name]() if name in makers else self._asides.say(name)

    def _name(self, synthesizer: str, bare: bool = False) -> str:
        said = pick(sections("synthesizers")[synthesizer], self.rng)
        return _ARTICLE.sub("", said) if bare else said

    def _state(self, chosen: list[str] | tuple[str, ...]) -> None:
        self.slots["synthesizers"] = tuple(sorted(chosen))

    def synthesizers(self) -> str:
        """Name synthesizers, directly, by family, by exclusion, or corrected on the way."""
        rng, parts = self.rng, sections("synthesizers")
        roll = rng.random()
        if roll < 0.07:
            self._state(SYNTHESIZERS)
            return pick(parts["all"], rng)
        if roll < 0.15:
            return self.exclusion("except")
        if roll < 0.18:
            self._state(("ctgan", "tvae"))
            return pick(parts["neural"], rng)
        if roll < 0.205:
            self._state(("gaussian_copula",))
            return pick(parts["statistical"], rng)
        if roll < 0.205 + self.slip_rate:
            good, bad = rng.sample(SYNTHESIZERS, 2)
            self._state((good,))
            return rng.choice(sections("asides")["fix"]).format(
                g=self._name(good), b=self._name(bad)
            )
        chosen = rng.sample(SYNTHESIZERS, rng.choice((1, 1, 1, 1, 2, 2, 2, 3)))
        self._state(chosen)
        return joined([self._name(name) for name in chosen], rng)

    def exclusion(self, section: str) -> str:
        """Exclude one or two synthesizers, which leaves the others."""
        out = self.rng.sample(SYNTHESIZERS, 1 if self.rng.random() < 0.72 else 2)
        self._state([name for name in SYNTHESIZERS if name not in out])
        text = (
            joined([self._name(name) for name in out], self.rng)
            if section == "except"
            else self._and_or(out)
        )
        return choose(self.rng.choice(sections("synthesizers")[section]), self.rng).format(x=text)

    def _and_or(self, names: list[str]) -> str:
        return self.rng.choice((" and ", " or ", ", ", " and ")).join(
            self._name(name) for name in names
        )

    def _one_synthesizer(self) -> str:
        name = self.rng.choice([name for name in SYNTHESIZERS if f"b{name}" not in self.used])
        self.used.add(f"b{name}")
        self._state((name,))
        return self._name(name)

    def _wrong_synthesizer(self) -> str:
        free = [
            name
            for name in SYNTHESIZERS
            if name not in self.slots.get("synthesizers", ()) and f"b{name}" not in self.used
        ]
        name = self._wrong.setdefault("synthesizers", self.rng.choice(free))
        self.used.add(f"b{name}")
        return self._name(name)

    def _several(self, count: int = 0) -> str:
        chosen = self.rng.sample(SYNTHESIZERS, count or self.rng.choice((2, 2, 2, 3)))
        self._state(chosen)
        return joined([self._name(name) for name in chosen], self.rng)

    def _delta(self, sign: str) -> str:
        had = tuple(self.slots.get("synthesizers", ()))
        free = [name for name in SYNTHESIZERS if not any(item[1:] == name for item in had)]
        name = self.rng.choice(free)
        self.slots["synthesizers"] = tuple(sorted((*had, sign + name), key=lambda item: item[1:]))
        return self._name(name)

    def _draw(self, slot: str) -> int:
        rng = self.rng
        table, low, high = {
            "rows": (_ROWS, 11, 9999),
            "epochs": (_EPOCHS, 1, 999),
            "train_rows": (_TRAIN, 60, 9999),
        }[slot]
        return rng.choice(table) if rng.random() < 0.72 else rng.randint(low, high)

    def _say(self, slot: str, number: int) -> str:
        if slot == "epochs" and number < 1000 and self.rng.random() < 0.6:
            return str(number)
        return spoken(number, self.rng)

    def count(self, slot: str) -> str:
        """Say a number of rows, epochs or training rows, now and then corrected on the way."""
        wrong = self._wrong.get(slot)
        number = self._draw(slot)
        while str(number) == wrong:
            number = self._draw(slot)
        self.slots[slot] = str(number)
        said = self.mark_number(slot, self._say(slot, number))
        if wrong is None and self.rng.random() < self.slip_rate:
            bad = self._draw(slot)
            if bad != number:
                return self.rng.choice(sections("asides")["fix"]).format(
                    b=self._say(slot, bad), g=said
                )
        return said

    def _wrong_count(self, slot: str) -> str:
        if slot not in self._wrong:
            number = self._draw(slot)
            while str(number) == self.slots.get(slot):
                number = self._draw(slot)
            self._wrong[slot] = str(number)
        return self._say(slot, int(self._wrong[slot]))

    def _take(self, pool: list[Column]) -> Column:
        free = [column for column in pool if column.name not in self.used] or [
            c for c in self.columns if c.name not in self.used
        ]
        column = self.rng.choice(free or self.columns)
        self.used.add(column.name)
        return column

    def target(self) -> str:
        """Name the outcome: mostly a likely one, at times any column, or one that is not there."""
        rng = self.rng
        self._column_marks["target"].clear()
        if rng.random() < 0.035:
            unknown = unknown_phrase(self.columns, False, rng)
            if unknown:
                self.slots["target"] = unknown
                return self.mark_column("target", unknown, UNKNOWN)
        column = self._take(
            self._outcomes if self._outcomes and rng.random() < 0.75 else self.columns
        )
        self.slots["target"] = column.name
        said = self.mark_column("target", mention(column, rng), column.name)
        if rng.random() < self.slip_rate and len(self.used) + 1 < len(self.columns):
            return rng.choice(sections("asides")["fix"]).format(
                b=mention(self._take(self.columns), rng), g=said
            )
        return said

    def _target_clause(self) -> str:
        column = self._take(self._outcomes or self.columns)
        self.slots["target"] = column.name
        self._column_marks["target"].clear()
        clauses = concepts()[column.concept].clauses if column.concept and not column.opaque else ()
        said = (
            self.rng.choice(clauses)
            if clauses and column in self._outcomes
            else spelled(column, self.rng)
        )
        return self.mark_column("target", said, column.name)

    def _bystander(self) -> str:
        concept_like = [column for column in self.columns if column.concept]
        return mention(
            self._take(concept_like if self.rng.random() < 0.45 else self.columns), self.rng
        )

    def protected(self) -> str:
        """Name one to three protected columns, now and then one that is not there."""
        rng = self.rng
        pool = self._protectable if rng.random() < 0.88 else self.columns
        free = sum(column.name not in self.used for column in pool)
        spare = sum(column.name not in self.used for column in self.columns) - 2
        count = max(1, min(rng.choice((1, 1, 1, 2, 2, 2, 3, 4)), free, spare))
        chosen = list(
            {column.name: column for column in (self._take(pool) for _ in range(count))}.values()
        )
        self._column_marks["protected"].clear()
        said = [self.mark_column("protected", mention(c, rng), c.name) for c in chosen]
        names = [column.name for column in chosen]
        if rng.random() < 0.04:
            unknown = unknown_phrase(self.columns, True, rng)
            if unknown:
                names.append(unknown)
                said.append(self.mark_column("protected", unknown, UNKNOWN))
        self.slots["protected"] = tuple(names)
        return joined(said, rng)

    def _groups(self) -> str:
        column = self._take(self._protectable or self.columns)
        self.slots["protected"] = (column.name,)
        self._column_marks["protected"].clear()
        clauses = concepts()[column.concept].clauses if column.concept and not column.opaque else ()
        if clauses and column in self._protectable:
            return self.mark_column("protected", self.rng.choice(clauses), column.name)
        return self.rng.choice(("groups of ", "levels of ", "the groups by ")) + self.mark_column(
            "protected", spelled(column, self.rng), column.name
        )

    def priority(self, form: str = "short") -> str:
        """Say the priority as a short demand, as a reason, or by contrast with another one."""
        if not self.has("priority"):
            self.slots["priority"] = self.rng.choice(PRIORITIES)
        return priority_words(str(self.slots["priority"]), form, self.rng)

    def goal(self) -> str:
        """Say one threshold; several in one request are over different metrics."""
        had = tuple(self.slots.get("goals", ()))
        words, goal = goal_words(had, self.rng)
        self._goal_words[goal] = words
        self.slots["goals"] = (*had, goal)
        return words

    def order_goals(self, text: str) -> None:
        """Bring the goals into the order in which the text says them."""
        goals = tuple(self.slots.get("goals", ()))
        if len(goals) > 1:
            self.slots["goals"] = tuple(
                sorted(goals, key=lambda goal: text.lower().find(self._goal_words[goal].lower()))
            )
