"""Writes ``docs/keys.md`` and ``docs/measures.md`` from the registry of actions and the catalogue.

Usage: python docs/make_tables.py [--check]
``--check`` writes nothing and fails if a page is not what would be written (a test does the same).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from memisis_core.agent.glossary import TERMS
from memisis_core.evaluation.catalogue import MetricExplanation, explanations
from memisis_core.evaluation.metric import Axis
from memisis_screens.action import SCOPE_TITLES, Action, Scope, written
from memisis_screens.actions import ACTIONS
from memisis_screens.chat.commands import COMMANDS
from memisis_screens.key_presets import PRESETS

DOCS = Path(__file__).resolve().parent
KEYS_HEAD = """\
# Keys

Generated from the registry of actions (`python docs/make_tables.py`). Letters act where no text is
being typed. Every action with a full name also stands in the command palette (`^k`), `?` shows the
keys that act where you are, and `^o` puts a letter on each place to go to. `^k` means Ctrl and k.

## Your own keys

`settings/keys.toml` in the program's folder (`memisis doctor` says where that is) maps actions to
keys by their identifiers; several keys are separated by commas, written as below in brackets:

```toml
preset = "vim"                  # or "emacs"; may be left out
"metrics.mark" = "space"
"app.palette" = "ctrl+k,f2"
```
"""
MEASURES_HEAD = """\
# Measures

Generated from the catalogue (`python docs/make_tables.py`). In the workbench the same stands below
every table for the measure under the cursor, and Enter shows it in full. *Ideal* is the best value
there is; the value of real holdout data in the synthetic data's place stands beside every value and
is the fairer yardstick. No measure is a guarantee, and there is no single score.
"""


def cell(text: str) -> str:
    """Return text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def keys_page() -> str:
    """Return the key map."""
    parts = [KEYS_HEAD]
    for scope in Scope:
        listed = [action for action in ACTIONS if action.scope is scope]
        if listed:
            parts.append(f"## {SCOPE_TITLES[scope]}\n\n| key | what it does | identifier |")
            parts.append("|---|---|---|")
            parts.extend(_action_row(action) for action in listed)
            parts.append("")
    parts.append("## Commands in the prompt\n\n`/` shows them, Tab completes.\n")
    parts.append("| command | what it does |\n|---|---|")
    parts.extend(
        f"| `/{c.name}{' ' + c.argument if c.argument else ''}` | {cell(c.title)} |"
        for c in COMMANDS
    )
    for name, keys in PRESETS.items():
        parts.append(f"\n## Preset “{name}”\n\n| identifier | keys |\n|---|---|")
        parts.extend(f"| `{identifier}` | {_keys(value)} |" for identifier, value in keys.items())
    return "\n".join(parts).rstrip() + "\n"


def _action_row(action: Action) -> str:
    more = f". {action.help}" if action.help else ""
    return f"| {_keys(action.keys)} | {cell(action.title + more)} | `{action.id}` |"


def _keys(keys: str) -> str:
    pieces = []
    for key in keys.split(","):
        shown = written(key)
        pieces.append(f"`{shown}`" if shown == key else f"`{shown}` ({key})")
    return cell(", ".join(pieces))


def measures_page() -> str:
    """Return the glossary of measures and of terms."""
    known = list(explanations().values())
    parts = [MEASURES_HEAD]
    for axis in Axis:
        listed = [measure for measure in known if measure.axis is axis]
        if listed:
            parts.append(f"## {axis.value.title()}\n")
            parts.extend(_measure(measure) for measure in listed)
    parts.append("## Terms\n")
    parts.extend(f"**{term.name}**: {term.text} ({term.source})\n" for term in TERMS)
    return "\n".join(parts).rstrip() + "\n"


def _measure(measure: MetricExplanation) -> str:
    better = {"higher": "higher is better", "lower": "lower is better"}.get(
        measure.direction, "nearer to the ideal is better"
    )
    ideal = "depends on the data" if measure.ideal is None else f"{measure.ideal:g}"
    lines = [
        f"### {measure.name}\n",
        f"`{measure.id}` · ideal {ideal} · {better}\n",
        f"{measure.what}\n",
    ]
    if measure.caveat:
        lines.append(f"*{measure.caveat}*\n")
    lines.append(f"Source: {measure.source}\n")
    return "\n".join(lines)


PAGES = {"keys.md": keys_page, "measures.md": measures_page}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if not options.check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{path} is not current: run python docs/make_tables.py")


if __name__ == "__main__":
    main()
