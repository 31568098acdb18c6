"""
Runs in the child: loads the learner's Python module and answers calls over fd 3 (in) and fd 4 (out), one JSON
frame a line (node-module.mjs is its sibling). stdout and stderr stay the learner's. Nothing here is trusted by
the other side.
"""

import asyncio
import importlib.util
import inspect
import json
import os
import queue
import re
import sys
import threading

from python_module_values import MAX_FRAME, decode, encode, error_from

handles = []
functions = {}
awaiting = {}
sending = threading.Lock()
state = threading.Lock()
jobs = queue.SimpleQueue()
next_callback = 1
main_is_free = True
module = None


class Absent(Exception):
    """What the suite asked for is not there: no error of the learner's code, and never taken for one."""

    def __init__(self, what, message):
        super().__init__(message)
        self.what = what


def send(frame):
    line = json.dumps(frame).encode("ascii") + b"\n"
    if len(line) > MAX_FRAME and "value" in frame:
        return send({**frame, "value": {"$": "opaque", "v": "value larger than 1 MB"}})
    with sending:
        while line:
            line = line[os.write(4, line) :]


def suite_function(number):
    """A function of the suite's: calling it waits for the suite's answer."""

    def call(*args):
        global next_callback
        reply = queue.SimpleQueue()
        with state:
            call_id, next_callback = next_callback, next_callback + 1
            awaiting[call_id] = reply
        send({"t": "callback", "call": call_id, "fn": number, "value": encode(list(args))})
        answer = reply.get()
        value = decode(answer.get("value"), suite_function)
        if answer.get("ok"):
            return value
        raise error_from(value, vars(module))

    return call


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def load(path):
    """As `python path` would find its neighbours; the name is the file's, so that they can import it too."""
    global module
    sys.path[0] = os.path.dirname(path)
    sys.argv = [path]
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def exported(name, is_class=False):
    for candidate in [name] if is_class else [snake(name), name]:
        if callable(getattr(module, candidate, None)):
            return getattr(module, candidate)
    kind = "class" if is_class else "function"
    raise Absent("export", f'The module has no {kind} "{name if is_class else snake(name)}".')


def method(handle, name):
    for candidate in [snake(name), name]:
        if callable(getattr(handles[handle], candidate, None)):
            return getattr(handles[handle], candidate)
    raise Absent("method", f'There is no method "{snake(name)}".')


def get(handle, name):
    target = handles[handle]
    return getattr(target, snake(name), getattr(target, name, None))


def finished(value):
    return asyncio.run(as_coroutine(value)) if inspect.isawaitable(value) else value


async def as_coroutine(awaitable):
    return await awaitable


def keep(value):
    handles.append(value)
    return len(handles) - 1


ACTS = {
    "load": lambda frame, args: load(frame["path"]),
    "call": lambda frame, args: finished(exported(frame["name"])(*args)),
    "create": lambda frame, args: keep(finished(exported(frame["name"])(*args))),
    "construct": lambda frame, args: keep(exported(frame["name"], is_class=True)(*args)),
    "method": lambda frame, args: finished(method(frame["handle"], frame["name"])(*args)),
    "get": lambda frame, args: get(frame["handle"], frame["name"]),
    "settle": lambda frame, args: None,
    "leftovers": lambda frame, args: leftovers(),
}


def leftovers():
    """Threads that would keep the program from ending."""
    ours = (threading.main_thread(), threading.current_thread())
    return [f"thread {t.name}" for t in threading.enumerate() if t not in ours and not t.daemon]


def outcome(frame):
    try:
        args = decode(frame.get("args") or [], suite_function)
        return {"ok": True, "value": encode(ACTS[frame["t"]](frame, args))}
    except Absent as absent:
        return {"ok": False, "absent": str(absent), "what": absent.what}
    except SystemExit as leaving:
        flush()
        os._exit(leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1)
    except BaseException as error:
        return {"ok": False, "value": encode(error)}


def answer(frame, on_main):
    global main_is_free
    reply = outcome(frame)
    # What was printed during a call is out before its answer: a flood is then seen in time.
    flush()
    if on_main:
        with state:
            main_is_free = True
    send({"t": "reply", "id": frame["id"], **reply})


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # Closed or replaced by the learner.


def receive(frame):
    global main_is_free
    if frame["t"] == "answer":
        waiting = awaiting.pop(frame["call"], None)
        return waiting.put(frame) if waiting else None
    with state:
        to_main, main_is_free = main_is_free, False
    # One call at a time runs on the main thread, as in a program; those that overlap get threads of their own.
    if to_main:
        jobs.put(frame)
    else:
        threading.Thread(target=answer, args=(frame, False), daemon=True).start()


def read():
    rest = b""
    while chunk := os.read(3, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            receive(json.loads(line))
    # The other side is gone: a child must never outlive the run it belongs to.
    os._exit(0)


def main():
    # What the learner's code prints as its origin, and a thread of its own, is theirs; this one is ours.
    threading.Thread(target=read, name="calls", daemon=True).start()
    while True:
        answer(jobs.get(), True)


main()
