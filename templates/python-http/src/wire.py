"""The wire: reads requests, writes answers. Nothing here knows what the program is about, and nothing here has to change."""

import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class Request:
    method: str
    path: str  # without the query
    user: str  # who calls, as the gateway found out (X-User); empty for nobody
    role: str  # what the caller is (X-Role)
    body: JsonObject  # what came with POST, PUT or PATCH; empty for other methods


@dataclass
class Answer:
    status: int
    body: Any = None  # bytes are sent as they are, anything else as JSON; HEAD and 204 get none
    headers: dict[str, str] = field(default_factory=dict)


class UnreadableBody(Exception):
    pass


one_at_a_time = Lock()


def serve(port: int, handle: Callable[[Request], Answer]) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            send(self, answer_to(self, handle))

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def answer_to(incoming: BaseHTTPRequestHandler, handle: Callable[[Request], Answer]) -> Answer:
    try:
        body = read_object(incoming) if incoming.command in ("POST", "PUT", "PATCH") else {}
        user, role = (incoming.headers.get(name, "") for name in ("X-User", "X-Role"))
        with one_at_a_time:
            return handle(Request(incoming.command, incoming.path.split("?")[0], user, role, body))
    except UnreadableBody as problem:
        return Answer(400, {"error": str(problem)})
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return Answer(500, {"error": "something went wrong on our side"})


def read_object(incoming: BaseHTTPRequestHandler) -> JsonObject:
    raw = incoming.rfile.read(int(incoming.headers.get("Content-Length", "0")))
    try:
        value = json.loads(raw)
    except ValueError:
        raise UnreadableBody("the body is not JSON") from None
    if not isinstance(value, dict):
        raise UnreadableBody("a JSON object was expected")
    return value


def send(outgoing: BaseHTTPRequestHandler, answer: Answer) -> None:
    headers = dict(answer.headers)
    content = None
    if answer.body is not None and answer.status != 204:
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers.setdefault("Content-Type", "application/json")
    if answer.status != 204:
        headers["Content-Length"] = str(len(content or b""))
    outgoing.send_response(answer.status)
    for name, value in headers.items():
        outgoing.send_header(name, value)
    outgoing.end_headers()
    if content is not None and outgoing.command != "HEAD":
        outgoing.wfile.write(content)
