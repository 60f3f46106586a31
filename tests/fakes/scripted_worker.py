"""A model process without a model: speaks the worker's protocol, and misbehaves when told to.

Run as ``python -m tests.fakes.scripted_worker MODEL …`` in place of the real worker. What the last
segment's text asks for decides: ``echo …`` repeats itself, ``count`` writes until cancelled,
``die`` kills the process, ``hang`` says nothing, ``noise`` writes to descriptors 1 and 2,
``long`` does not fit.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from memisis_core.agent.gpt4all_worker import Events, Inbox
from memisis_core.agent.worker_protocol import Done, Failed, Generate, Piece, Ready


def answer(request: Generate, events: Events, inbox: Inbox) -> None:
    asked = request.segments[-1].text
    if "die" in asked:
        os.write(2, b"GGML_ASSERT: something native\n")
        os.abort()
    if "hang" in asked:
        time.sleep(60)
    if "long" in asked:
        events.send(Failed("too_long", "too long", request.id))
        return
    if "count" in asked:
        number = 0
        while request.id not in inbox.cancelled:
            events.send(Piece(request.id, f"{number} "))
            number += 1
            time.sleep(0.001)
        events.send(Done(request.id, "cancelled", number, 0))
        return
    os.write(1, b"native noise on descriptor 1\n" if "noise" in asked else b"")
    events.send(Piece(request.id, asked))
    events.send(Piece(request.id, f" pid={os.getpid()}"))
    events.send(Done(request.id, "finished", 2, 0))


def main() -> None:
    events, inbox = Events(os.dup(1)), Inbox()
    os.dup2(2, 1)
    threading.Thread(target=inbox.listen, args=(sys.stdin.buffer,), daemon=True).start()
    if "broken" in sys.argv[1]:
        events.send(Failed("load", "cannot be loaded"))
        os._exit(1)
    events.send(Ready(0.0))
    while True:
        answer(inbox.requests.get(), events, inbox)


if __name__ == "__main__":
    main()
