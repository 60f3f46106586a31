"""Turns what a report says into Markdown or one self-contained HTML file."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from memisis_core.report.document import ReportDocument
from memisis_core.runs.record import LossPoint
from memisis_core.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]{}()#+!|~$>-])")
_CHART_WIDTH, _CHART_HEIGHT = 360.0, 80.0


def to_html(document: ReportDocument) -> str:
    """Return the report as one HTML file without scripts, links to follow or outside resources."""
    page = _templates().get_template("report.html.j2")
    return page.render(report=document, loss_chart=loss_chart)


def to_markdown(document: ReportDocument) -> str:
    """Return the report as Markdown (tables as GitHub and pandoc read them)."""
    text = _templates().get_template("report.md.j2").render(report=document)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_text(text: object) -> Markup:
    """Return text on one line in which nothing is read as markup."""
    from markupsafe import Markup

    escaped = html.escape(visible(str(text)), quote=False)
    return Markup(_MARKDOWN_SIGNS.sub(r"\\\1", escaped))  # noqa: S704 (escaped just above)


def loss_chart(points: Sequence[LossPoint]) -> list[tuple[str, str]]:
    """Return a name and the points of an SVG polyline for each loss of a run.

    Parameters
    ----------
    points : sequence of LossPoint
        By epoch.

    Returns
    -------
    list of pair of str
        Within 360 × 80 units; all losses of the run share one scale.
    """
    names = list(dict.fromkeys(name for point in points for name in point.losses))
    values = [loss for point in points for loss in point.losses.values()]
    if len(points) < 2 or not values:
        return []
    low, high = min(values), max(values)
    first, last = points[0].epoch, points[-1].epoch
    across = _CHART_WIDTH / max(1, last - first)
    up = _CHART_HEIGHT / (high - low or 1.0)
    return [
        (
            name,
            " ".join(
                f"{(point.epoch - first) * across:.1f},"
                f"{_CHART_HEIGHT - (point.losses[name] - low) * up:.1f}"
                for point in points
                if name in point.losses
            ),
        )
        for name in names
    ]


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("memisis_core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    templates.filters["md"] = markdown_text
    return templates
