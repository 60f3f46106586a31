"""A detached process whose jobs are light workers: ``python light_detached.py BEHAVIOUR``."""

from __future__ import annotations

import sys
from pathlib import Path

from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.detached import serve

if __name__ == "__main__":
    worker = Path(__file__).with_name("light_worker.py")
    sys.exit(serve(lambda: ChildProcessExecutor((sys.executable, str(worker), sys.argv[1]))))
