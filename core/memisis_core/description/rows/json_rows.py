"""Rows that a larger model writes whole, as JSON objects: read leniently, checked strictly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from memisis_core.agent.language_model import CompletionRequest, LanguageModel
from memisis_core.description.rows.cells import Row, cell_of_json
from memisis_core.description.rows.journal import Line
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.rejection import Reason, Rejection
from memisis_core.description.rows.rules import broken_rule
from memisis_core.description.rows.skeleton import Judge
from memisis_core.description.specification import Specification
from memisis_core.errors import Cancelled

_TOKENS_A_VALUE: Final = 14
_TOKENS_A_ROW: Final = 12
_MOST_TOKENS: Final = 1500


@dataclass
class JsonRows:
    """Writes batches of rows with a model that can write JSON.

    Attributes
    ----------
    model : LanguageModel
    specification : Specification
    """

    model: LanguageModel
    specification: Specification

    def batch(
        self, prompt: RowPrompt, number: int, temperature: float, judge: Judge
    ) -> Iterator[Line]:
        """Write rows with one prompt (see `SkeletonRows.batch`); one line for each object found."""
        tokens = prompt.count * (_TOKENS_A_ROW + _TOKENS_A_VALUE * len(prompt.order))
        request = CompletionRequest(
            prompt.messages(),
            answer_start="[",
            max_tokens=min(tokens, _MOST_TOKENS),
            temperature=temperature,
        )
        answer = self.model.complete(request)
        if answer.ending == "cancelled":
            raise Cancelled("stopped")
        found = list(objects_in(answer.text))
        for item in found:
            line = self._line(item, judge)
            yield replace(line, batch=number, seconds=answer.seconds / len(found))

    def _line(self, item: dict[str, Any] | Reason, judge: Judge) -> Line:
        if isinstance(item, Reason):
            return Line(0, 0.0, reason=str(item))
        try:
            row = checked_row(self.specification, item)
            judge(row)
        except Rejection as rejection:
            return Line(0, 0.0, reason=str(rejection.reason), variable=rejection.variable)
        return Line(0, 0.0, row)


def checked_row(specification: Specification, item: dict[str, Any]) -> Row:
    """Return an object as a row, columns in the specification's order.

    Raises
    ------
    Rejection
        If it is not one that the specification allows.
    """
    if set(item) != set(specification.names):
        raise Rejection(Reason.WRONG_KEYS)
    row = {v.name: cell_of_json(v, item[v.name]) for v in specification.variables}
    if broken_rule(specification, row):
        raise Rejection(Reason.RULE_BROKEN)
    return row


def objects_in(text: str) -> Iterator[dict[str, Any] | Reason]:
    """Give each JSON object in what a model wrote, or why there is none; at least one item."""
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    at = text.find("{")
    if at < 0:
        yield Reason.PROSE if text.strip(" \n\t[]") else Reason.NOTHING
    while at >= 0:
        try:
            item, end = decoder.raw_decode(text, at)
            yield item
        except Rejection as rejection:
            yield rejection.reason
            end = text.find("}", at) + 1 or len(text)
        except (ValueError, RecursionError):
            end = text.find("}", at) + 1
            if not end:
                yield Reason.TRUNCATED
                return
            yield Reason.MALFORMED
        at = text.find("{", end)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Rejection(Reason.WRONG_KEYS)
    return dict(pairs)
