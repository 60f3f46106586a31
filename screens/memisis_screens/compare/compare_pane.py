"""The Compare tab."""

from __future__ import annotations

from memisis_screens.actions import Scope
from memisis_screens.workbench.work_pane import EmptyState, WorkPane


class ComparePane(WorkPane):
    SCOPE = Scope.COMPARE

    def compose(self):
        yield EmptyState()

    def session_changed(self, old, new):
        self.query_one(EmptyState).say("x", "y")
