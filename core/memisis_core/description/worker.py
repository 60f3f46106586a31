"""Draws a table in a process of its own: ``python -m memisis_core.description.worker``.

One JSON object on standard input says what to draw, one on standard output what came of it. The
process ends as soon as its standard input does, so that it never outlives who asked for it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from memisis_core.errors import MemisisError


def make(order: dict[str, Any]) -> dict[str, str]:
    """Draw and keep what is ordered.

    Parameters
    ----------
    order : dict
        ``specification`` (TOML), ``rows``, ``seed``, ``request`` and ``session`` (or None).

    Returns
    -------
    dict
        ``run``, the identifier of the finished run; or ``error``, one line.
    """
    from memisis_core.description.checks import checked
    from memisis_core.description.describe import describe
    from memisis_core.description.keeping import Keepsake, keep
    from memisis_core.description.toml_file import specification_from_toml
    from memisis_core.runs.store import Store

    try:
        specification = specification_from_toml(order["specification"])
        checked(specification)
        done = describe(specification, order["rows"], order["seed"])
        kept = Keepsake(
            frame=done.drawn.frame,
            specification=done.joint.specification,
            seed=order["seed"],
            metrics=done.metrics,
            warnings=done.warnings,
            request=order["request"],
        )
        store = Store.open()
        try:
            return {"run": keep(store, kept, session_id=order["session"]).id}
        finally:
            store.close()
    except MemisisError as error:
        return {"error": error.line()}


def main() -> None:
    """Carry out one order."""
    order = json.loads(sys.stdin.readline())

    def end_with_who_asked() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=end_with_who_asked, daemon=True).start()
    sys.stdout.write(json.dumps(make(order)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the thread holds standard input, which the interpreter would wait for


if __name__ == "__main__":
    main()
