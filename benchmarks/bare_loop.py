"""How late an event loop is woken: in the workbench, or in a process with nothing else to do.

What a bare loop shows at the same time is the machine's part of a lag; the rest is the workbench's.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable

INTERVAL = 0.005
_LONGEST_SECONDS = 3600.0


async def lags(
    seconds: float, going_on: Callable[[], bool] = lambda: True, busy: list[float] | None = None
) -> list[float]:
    """Return by how many seconds each wake-up came late, for `seconds` or while `going_on()`.

    `busy` takes the processor seconds that the loop's thread used meanwhile: how late it would have
    been on a core of its own.
    """
    late: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and going_on():
        asked, used = time.perf_counter(), time.thread_time()
        await asyncio.sleep(INTERVAL)
        late.append(time.perf_counter() - asked - INTERVAL)
        if busy is not None:
            busy.append(time.thread_time() - used)
    return late


class BareLoop:
    """Measures in a process of its own until it is told to end."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def end(self) -> list[float]:
        """Return its lags."""
        output, _ = self._process.communicate()
        return [float(value) for value in json.loads(output)]


async def _until_input_ends() -> list[float]:
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    return await lags(_LONGEST_SECONDS, lambda: not ended.done())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_until_input_ends())))
