"""The tabs of the workbench: a new one is one new pane file and one entry here."""

from __future__ import annotations

from dataclasses import dataclass

from memisis_screens.action import Scope

CHAT = "chat"


@dataclass(frozen=True)
class Tab:
    """One tab.

    Attributes
    ----------
    name : str
        As in actions (``show_tab('metrics')``).
    title : str
        As people read it.
    scope : Scope
        Whose actions act in it; used to find the pane of an action started from the palette.
    module, attribute : str
        Where its pane class is; panes are imported after the first paint.
    """

    name: str
    title: str
    scope: Scope
    module: str = ""
    attribute: str = ""


WORK_TABS: tuple[Tab, ...] = (
    Tab("data", "Data", Scope.DATA, "memisis_screens.data.data_pane", "DataPane"),
    Tab("plan", "Plan", Scope.PLAN_CARD, "memisis_screens.plan.plan_pane", "PlanPane"),
    Tab("jobs", "Jobs", Scope.JOBS, "memisis_screens.jobs.jobs_pane", "JobsPane"),
    Tab("metrics", "Metrics", Scope.METRICS, "memisis_screens.metrics.metrics_pane", "MetricsPane"),
    Tab("compare", "Compare", Scope.COMPARE, "memisis_screens.compare.compare_pane", "ComparePane"),
    Tab("report", "Report", Scope.REPORT, "memisis_screens.report.report_pane", "ReportPane"),
    Tab("review", "Review", Scope.REVIEW, "memisis_screens.review.review_pane", "ReviewPane"),
    Tab("plots", "Plots", Scope.PLOTS, "memisis_screens.plots.plots_pane", "PlotsPane"),
)
CHAT_TAB = Tab(CHAT, "Chat", Scope.PROMPT)
