"""Turns what a report says into Markdown or one self-contained HTML file."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from memisis_core.report.document import ReportDocument
from memisis_core.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]{}()#+!|~$>-])")


def to_html(document: ReportDocument) -> str:
    """Return the report as one HTML file without scripts, links to follow or outside resources."""
    page = _templates().get_template("report.html.j2")
    return page.render(report=document)


def to_markdown(document: ReportDocument) -> str:
    """Return the report as Markdown (tables as GitHub and pandoc read them)."""
    text = _templates().get_template("report.md.j2").render(report=document)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_text(text: object) -> Markup:
    """Return text on one line in which nothing is read as markup."""
    from markupsafe import Markup

    escaped = html.escape(visible(str(text)), quote=False)
    return Markup(_MARKDOWN_SIGNS.sub(r"\\\1", escaped))  # noqa: S704 (escaped just above)


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
