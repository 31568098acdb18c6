"""The wire: reads requests, writes answers. Nothing here knows of notes, and nothing here has to change."""

import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class Request:
    method: str
    path: str  # without the query
    body: JsonObject  # what came with POST, PUT or PATCH; empty for other methods


@dataclass
class Answer:
    status: int
    body: Any = None  # sent as JSON; HEAD and 204 get none, whatever stands here
    headers: dict[str, str] = field(default_factory=dict)


class UnreadableBody(Exception):
    pass


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
        return handle(Request(incoming.command, incoming.path.split("?")[0], body))
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
    content = None if answer.body is None or answer.status == 204 else json.dumps(answer.body).encode()
    outgoing.send_response(answer.status)
    if content is not None:
        outgoing.send_header("Content-Type", "application/json")
    if answer.status != 204:
        outgoing.send_header("Content-Length", str(len(content or b"")))
    for name, value in answer.headers.items():
        outgoing.send_header(name, value)
    outgoing.end_headers()
    if content is not None and outgoing.command != "HEAD":
        outgoing.wfile.write(content)
