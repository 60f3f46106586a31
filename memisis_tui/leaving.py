"""Leaving: the one question before it, and the last resort if the terminal is gone."""

from __future__ import annotations

import os
import threading

SECONDS_TO_LEAVE = 3.0


def question_before_leaving(working: int) -> tuple[str, str]:
    """Return what is asked while jobs are at work, and what yes will do."""
    jobs = "1 job is" if working == 1 else f"{working} jobs are"
    return (
        f"{jobs} at work. Quit all the same?",
        "They are ended within two seconds and shown as interrupted at the next start, where "
        "each can begin again. To keep a model, stop its job first.",
    )


def goes_on(count: int) -> str:
    """Return what is said in the terminal after leaving while detached jobs are at work."""
    jobs = "1 job goes on" if count == 1 else f"{count} jobs go on"
    return f"{jobs} without this terminal. To see them: memisis -r"


def end_soon(status: int) -> None:
    """End the process in a few seconds, whatever it waits for.

    Where the terminal is gone (an SSH connection that broke), Textual waits for ever for its last
    words to be written.
    """
    last_resort = threading.Timer(SECONDS_TO_LEAVE, os._exit, args=(status or 1,))
    last_resort.daemon = True
    last_resort.start()
