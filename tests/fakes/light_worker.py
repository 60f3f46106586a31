"""A worker with the real protocol and no data libraries: what it does is said in its arguments.

``python light_worker.py BEHAVIOUR``: see the functions below. It stands in for the real one where
a test is about processes, not about tables.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import warnings

from memisis_core.errors import Cancelled, InputError
from memisis_core.runs.channel import EventChannel, StopRequests
from memisis_core.runs.events import Finished, Progress, StateChanged
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.scrub import Scrubber
from memisis_core.runs.states import RunState
from memisis_core.runs.worker import serve

TICK_SECONDS = 0.01


def train(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Train until asked to stop; the first progress says the process identifier."""
    channel.send(StateChanged(state=RunState.TRAINING))
    channel.send(Progress(state=RunState.TRAINING, step=0, detail=f"pid {os.getpid()}"))
    step = 0
    while not stop.any:
        step += 1
        channel.send(Progress(state=RunState.TRAINING, step=step, losses={"loss": 1 / step}))
        threading.Event().wait(TICK_SECONDS)
    note = f"stopped at epoch {step} and kept"
    return Finished(state=RunState.CANCELLED, epochs_trained=step, note=note)


def deaf(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Train on, whatever is asked, SIGTERM included."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    channel.send(StateChanged(state=RunState.TRAINING))
    channel.send(Progress(state=RunState.TRAINING, step=0, detail=f"pid {os.getpid()}"))
    while True:
        signal.pause()


def noisy(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Print on every stream there is, the protocol's descriptor included, and finish."""
    sys.stdout.write('{"event": "failed", "reason": "printed"}\n')
    os.write(1, b'{"event": "failed", "reason": "written to descriptor 1"}\n')
    sys.stderr.write("Mr Jones, 57, schizophrenia\n")
    warnings.warn("value 'Mr Jones' is unusual", stacklevel=1)
    os.write(2, b"native \x1b[31m noise\n")
    return Finished(state=RunState.DONE)


def malformed(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Write lines that are not events between good ones."""
    channel._stream.write(b"not json\n\xff\xfe\n{}\n" + b"x" * 100_000 + b"\n")
    channel.send(StateChanged(state=RunState.TRAINING))
    return Finished(state=RunState.DONE)


def crash(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Die in native code."""
    channel.send(StateChanged(state=RunState.TRAINING))
    ctypes.string_at(0)


def leave(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """End without a word."""
    channel.send(StateChanged(state=RunState.SAMPLING))
    os._exit(3)


def offspring(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Start a process that outlives this one."""
    child = subprocess.Popen(["sleep", "600"], stdout=sys.__stdout__, stderr=subprocess.DEVNULL)
    channel.send(Progress(state=RunState.PREPARING, step=0, detail=f"pid {child.pid}"))
    return Finished(state=RunState.DONE)


def raises(job: JobSpecification, channel: EventChannel, stop: StopRequests, scrubber: Scrubber):
    """Fail as a library does that quotes the data."""
    channel.send(StateChanged(state=RunState.TRAINING))
    raise ValueError("could not convert string to float: 'Jones' in column Age at row 57")


def refuses(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Fail as this program does."""
    raise InputError("'Jones' is not a number", where="column 'Age'", fix="Correct the file")


def exhausts(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Run out of memory."""
    channel.send(StateChanged(state=RunState.EVALUATING))
    raise MemoryError


def stops(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Stop because a person asked, before there was anything to keep."""
    raise Cancelled("stopped while preparing; there is nothing to keep")


def connects(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Try to reach the network."""
    import socket

    socket.create_connection(("127.0.0.1", 9), timeout=1)


def report(job: JobSpecification, channel: EventChannel, stop: StopRequests, _: Scrubber):
    """Say what the process was given."""
    import resource

    names = ("OMP_NUM_THREADS", "PYTHONHASHSEED", "HF_HUB_OFFLINE")
    values = [f"{name}={os.environ[name]}" for name in names]
    umask = os.umask(0)
    core = resource.getrlimit(resource.RLIMIT_CORE)[0]
    detail = " ".join([*values, f"umask={umask:o}", f"core={core}", f"sid={os.getsid(0)}"])
    channel.send(Progress(state=RunState.PREPARING, step=os.getpid(), detail=detail))
    return Finished(state=RunState.DONE)


if __name__ == "__main__":
    serve(globals()[sys.argv[1]])
