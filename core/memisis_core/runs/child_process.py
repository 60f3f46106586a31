"""The executor of this machine: one child process a job, spoken to over pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO

from pydantic import ValidationError

from memisis_core.errors import WorkFailed
from memisis_core.runs.events import Event, Failed, Finished, StateChanged, Warned, parse_event
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.job_log import LOG_FILE, JobLog
from memisis_core.runs.process_usage import ProcessUsage, usage_of
from memisis_core.runs.states import RunState
from memisis_core.runs.unfinished import remove_unfinished

WORKER_COMMAND = (sys.executable, "-P", "-m", "memisis_core.runs.worker")
"""``-P``: no module of the folder that the program happens to run in gets into the worker."""
_TERM_SECONDS = 1.0
"""How long a child may take to end after SIGTERM before it gets SIGKILL."""
_STOP_NOW_SECONDS = 5.0
"""How long a child may take after the second request to stop before it is ended."""
_EXIT_SECONDS = 5.0
"""How long a child may take to be gone after its last event."""
_LINE_LIMIT = 64 << 20
"""Greatest length of one event in bytes; thousands of metrics need about one million."""


class ChildProcessExecutor:
    """Runs each job in a child process of its own (an `Executor`).

    Parameters
    ----------
    command : sequence of str, optional
        What to start; it must speak the worker's protocol.
    """

    def __init__(self, command: Sequence[str] = WORKER_COMMAND) -> None:
        self._command = tuple(command)
        self._children: set[ChildProcess] = set()
        self._lock = threading.Lock()
        self._closed = False
        # A worker asks the kernel to end it with its parent, and "parent" means the thread that
        # started it: so one thread that lives as long as the executor starts them all.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="start-worker")

    def start(self, job: JobSpecification) -> ChildProcess:
        """Start a child and return at once.

        Raises
        ------
        WorkFailed
            If the executor was closed.
        OSError
            If the system cannot start a process.
        """
        with self._lock:
            if self._closed:
                raise WorkFailed("the program is being closed", where=job.run_id)
            child = self._starter.submit(ChildProcess, self._command, job).result()
            self._children = {known for known in self._children if known.alive} | {child}
            return child

    def close(self) -> None:
        """End every child that is alive, within two seconds."""
        with self._lock:
            self._closed = True
            children = [child for child in self._children if child.alive]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + _TERM_SECONDS
        for child in children:
            child.ends_within(deadline - time.monotonic())
        for child in children:
            child.end_for_certain()
        self._starter.shutdown(wait=False)


class ChildProcess:
    """One job in a child process (a `JobHandle`)."""

    def __init__(self, command: Sequence[str], job: JobSpecification) -> None:
        self._job = job
        self._log = JobLog(job.folder / LOG_FILE)
        self._cancels = 0
        self._killed = False
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=job.folder,  # whatever a library writes beside itself stays with the run
            env=worker_environment(job.threads),
            start_new_session=True,  # Ctrl+C in the terminal is for the program, not for its jobs
        )
        self._log_reader = threading.Thread(
            target=self._keep_log, name=f"log {job.run_id}", daemon=True
        )
        self._log_reader.start()
        self._send(job.model_dump_json())

    @property
    def pid(self) -> int:
        """Process identifier of the child."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child has not ended."""
        return self._process.poll() is None

    def events(self) -> Iterator[Event]:
        """Yield the child's events; whatever happens, the last is ``Finished`` or ``Failed``."""
        final: Event | None = None
        state = RunState.PREPARING
        malformed = 0
        for line in _lines(self._output):
            try:
                event = parse_event(line)
            except ValidationError:
                malformed += 1
                if malformed == 1:
                    yield Warned(text="the worker sent a line that is not an event; left out")
                continue
            if final is not None:
                continue
            if isinstance(event, StateChanged):
                state = event.state
            if isinstance(event, Finished | Failed):
                final = event
            yield event
        self._reap()
        if final is None:
            yield self._death(state)

    def cancel(self) -> None:
        """Ask the child to stop; after the second time it has five seconds."""
        self.go_on()  # one that rests would not hear of it
        with self._lock:
            self._cancels += 1
            number = self._cancels
        self._send(json.dumps({"request": "cancel"}))
        if number == 2:
            self._later(_STOP_NOW_SECONDS, self.kill)

    def kill(self) -> None:
        """End the child: SIGTERM, and SIGKILL after a second (returns at once)."""
        self.terminate()
        self._later(_TERM_SECONDS, lambda: self._signal(signal.SIGKILL))

    def terminate(self) -> None:
        """Send SIGTERM to the child and whatever it started."""
        if self.alive:
            self._killed = True
            self._signal(signal.SIGTERM)
            self.go_on()  # one that rests gets no signal but SIGKILL

    def pause(self) -> None:
        """Stop the child and whatever it started where they are."""
        if self.alive:
            self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a child that was stopped go on."""
        if self.alive:
            self._signal(signal.SIGCONT)

    def usage(self) -> ProcessUsage | None:
        """Return memory and threads of the child."""
        return usage_of(self.pid) if self.alive else None

    def ends_within(self, seconds: float) -> bool:
        """Wait at most `seconds` and return whether the child has ended."""
        try:
            self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True

    def end_for_certain(self) -> None:
        """Send SIGKILL to the child, if it lives, and to whatever it started and left behind."""
        self._signal(signal.SIGKILL)
        self.ends_within(0.5)  # longer only in the kernel's hands (a disk that does not answer)

    # Inside.

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _send(self, line: str) -> None:
        """Write one line to the child; a child that is gone is noticed where events are read."""
        assert self._process.stdin is not None
        with self._lock, suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def if_alive() -> None:
            if self.alive:
                act()

        timer = threading.Timer(seconds, if_alive)
        timer.daemon = True
        timer.start()

    def _reap(self) -> None:
        self.ends_within(_EXIT_SECONDS)
        self.end_for_certain()
        self._log_reader.join(_EXIT_SECONDS)
        remove_unfinished(self._job.folder)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _keep_log(self) -> None:
        assert self._process.stderr is not None
        for line in _lines(self._process.stderr, limit=1 << 14):
            self._log.add(line.decode("utf-8", errors="replace"))
        self._log.close()

    def _death(self, state: RunState) -> Event:
        """Say why a child ended that did not say so itself."""
        if self._killed:
            note = f"ended at once while {state}; only complete files were kept"
            return Finished(state=RunState.CANCELLED, note=note)
        code = self._process.returncode
        if code is not None and code < 0:
            name = _signal_name(-code)
            reason = f"the worker was ended by {name} while {state}"
            if name == "SIGKILL":
                reason += (
                    "; the system does this when memory runs out: try fewer rows, or fewer jobs "
                    "at once"
                )
        else:
            reason = f"the worker ended without a result while {state} (exit status {code})"
        if self._log.last_line:
            reason += f"; the last line of its log: {self._log.last_line}"
        return Failed(reason=reason)


def worker_environment(threads: int) -> dict[str, str]:
    """Return the environment of a worker.

    One set of threads a job (numeric libraries would each take all cores), no network for libraries
    that would look for models or report usage, and a fixed order of sets: the same plan must give
    the same table.
    """
    count = str(threads)
    return {
        **os.environ,
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "NUMEXPR_NUM_THREADS": count,
        "NUMBA_NUM_THREADS": count,
        "POLARS_MAX_THREADS": count,
        "LOKY_MAX_CPU_COUNT": count,
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "DO_NOT_TRACK": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _lines(stream: IO[bytes], limit: int = _LINE_LIMIT) -> Iterator[bytes]:
    """Yield lines; of one longer than `limit` bytes, its beginning."""
    with suppress(ValueError):  # closed by another thread
        while line := stream.readline(limit):
            yield line.rstrip(b"\n")
            while line and not line.endswith(b"\n"):
                line = stream.readline(limit)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
