"""The real command line and workbench over jobs that only count, for tests about terminals.

``python -m tests.e2e.fake_workbench DATA [options of memisis]``: the agent proposes one plan
whatever is said, and jobs "train" until they are asked to stop.
"""

from __future__ import annotations

import sys
from pathlib import Path

import memisis_tui.services
from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.detached_supervisor import DetachedSupervisor
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor
from memisis_tui.command_line import main
from memisis_tui.services import Services
from memisis_tui.table_reading import read_open_table
from tests.tui.bench import ScriptedTalk, proposes_a_plan

FAKES = Path(__file__).parents[1] / "fakes"


def open_services(home: Path | None = None, *, detach: bool = False) -> Services:
    store = Store.open(home)
    worker = (sys.executable, str(FAKES / "light_worker.py"), "train")
    detached = (sys.executable, str(FAKES / "light_detached.py"), "train")
    return Services(
        store=store,
        supervisor=Supervisor(store, ChildProcessExecutor(worker), cores=1),
        read_table=read_open_table,
        new_conversation=lambda: ScriptedTalk(proposes_a_plan),
        detached=DetachedSupervisor(store, detached, cores=1),
        model_name="fake model",
        detach=detach,
    )


if __name__ == "__main__":
    memisis_tui.services.open_services = open_services
    sys.exit(main())
