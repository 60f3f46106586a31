"""The worker: one job in a process of its own (``python -m memisis_core.runs.worker``).

In: the job as one JSON line on standard input, then requests (``{"request": "cancel"}``). Out: one
JSON line an event, on a private copy of standard output; descriptor 1 itself leads to standard
error, so that nothing a library prints can get between the events. The end of standard input means
that the parent is gone: the worker ends at once.

Data libraries are imported after the first event; a screen says "preparing" within a moment.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import IO, NoReturn

from pydantic import ValidationError

from memisis_core.errors import Cancelled, MemisisError
from memisis_core.runs.channel import EventChannel, StopRequests, listen
from memisis_core.runs.events import Failed, Finished, StateChanged
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.scrub import Scrubber
from memisis_core.runs.states import RunState

CarryOut = Callable[[JobSpecification, EventChannel, StopRequests, Scrubber], Finished]


def main() -> NoReturn:
    """Read a job, carry it out, and end the process."""
    serve(_carry_out)


def serve(carry_out: CarryOut) -> NoReturn:
    """Speak the worker's protocol around `carry_out` and end the process.

    Parameters
    ----------
    carry_out : callable
        Does the work and says what it does over the channel; whatever it raises becomes one
        ``Failed`` event.
    """
    requests, answers = _private_streams()
    _confine()
    channel = EventChannel(answers)
    first = requests.readline()
    if not first:
        os._exit(1)
    try:
        job = JobSpecification.model_validate_json(first)
    except ValidationError as error:
        kinds = ", ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors())
        channel.send(Failed(reason=f"the job cannot be read ({kinds})", exit_code=2))
        os._exit(2)
    channel.send(StateChanged(state=RunState.PREPARING))
    stop = StopRequests()
    listen(requests, stop)
    status = _end_with_one_event(carry_out, job, channel, stop)
    # Not by way of the interpreter's clean-up: libraries take up to a second there.
    os._exit(status)


def _carry_out(
    job: JobSpecification, channel: EventChannel, stop: StopRequests, scrubber: Scrubber
) -> Finished:
    from memisis_core.runs.job_steps import carry_out

    return carry_out(job, channel, stop, scrubber)


def _end_with_one_event(
    carry_out: CarryOut, job: JobSpecification, channel: EventChannel, stop: StopRequests
) -> int:
    scrubber = Scrubber([*job.schema_.names, job.synthesizer])
    try:
        channel.send(carry_out(job, channel, stop, scrubber))
    except Cancelled as stopped:
        channel.send(Finished(state=RunState.CANCELLED, note=stopped.what))
    except MemoryError as error:
        _log(scrubber, error)
        channel.send(Failed(reason=_out_of_memory(channel.state)))
        return 1
    except MemisisError as error:
        _log(scrubber, error)
        channel.send(Failed(reason=scrubber.quotations(error.line()), exit_code=error.exit_code))
        return error.exit_code
    except BaseException as error:  # noqa: BLE001 (the parent is told, whatever it was)
        _log(scrubber, error)
        if _is_allocation_failure(error):
            reason = _out_of_memory(channel.state)
        else:
            reason = f"failed while {channel.state}: {scrubber.error(error)}"
        channel.send(Failed(reason=reason))
        return 1
    return 0


def _out_of_memory(state: RunState) -> str:
    return f"memory ran out while {state}; ask for fewer rows, or for one synthesizer at a time"


def _is_allocation_failure(error: BaseException) -> bool:
    """Torch reports a failed allocation as a plain RuntimeError."""
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "DefaultCPUAllocator" in text or "not enough memory" in text
    )


def _log(scrubber: Scrubber, error: BaseException) -> None:
    """Write the traceback, without values and source text, to the parent's log of this job."""
    with suppress(BrokenPipeError, MemoryError):
        for line in scrubber.traceback(error):
            os.write(2, f"{line}\n".encode(errors="replace"))


def _private_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Take standard input and output for the protocol alone, out of the reach of libraries."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _confine() -> None:
    """Leave nothing behind, reach nothing outside, and die with the parent."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the table
    _die_with_parent()
    sys.addaudithook(_refuse_network)
    faulthandler.enable(file=2, all_threads=True)  # frames of a crash, no values
    # Libraries print rows and values (SDV prints tables in its warnings): not into a log.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    warnings.showwarning = _log_warning
    logging.disable(logging.INFO)  # SDV logs row counts to a file of its own at this level


def _die_with_parent() -> None:
    """Have the kernel end this process with its parent (Linux; elsewhere standard input tells)."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse, as an audit hook, any connection but to a socket of this machine's file system."""
    if event == "socket.connect" and not isinstance(arguments[1], str | bytes):
        raise PermissionError("a worker uses no network")
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise PermissionError("a worker uses no network")


def _log_warning(  # noqa: PLR0917 (the form that `warnings.showwarning` has)
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    """Log what kind of warning came from where; its text may quote values."""
    place = "/".join(filename.split("/")[-3:])
    os.write(2, f"{category.__name__} from {place}:{lineno}\n".encode(errors="replace"))


if __name__ == "__main__":
    main()
