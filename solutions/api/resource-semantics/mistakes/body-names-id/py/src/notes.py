import re
from itertools import count
from typing import Any

from wire import Answer, JsonObject, Request

# id → what the caller stored; the id itself is ours and stands only in what we show
notes: dict[str, JsonObject] = {}
new_ids = count(1)


def handle(request: Request) -> Answer:
    if request.path == "/notes":
        return collection(request.method, request.body)
    if request.path.startswith("/notes/"):
        return item(request.method, request.path.removeprefix("/notes/"), request.body)
    return error(404, "there is nothing at this path")


def collection(method: str, body: JsonObject) -> Answer:
    match method:
        case "GET" | "HEAD":
            return Answer(200, {"notes": [shown(id) for id in notes]})
        case "POST":
            id = str(next(new_ids))
            notes[id] = content_of(body)
            return Answer(201, shown(id), {"Location": f"/notes/{id}"})
        case _:
            return other_method(method, "GET, HEAD, POST, OPTIONS")


def item(method: str, id: str, body: JsonObject) -> Answer:
    if not re.fullmatch("[1-9][0-9]*", id):
        return error(400, "an id is a whole number from 1")
    if id not in notes:
        return error(404, f"there is no note {id}")
    match method:
        case "GET" | "HEAD":
            return Answer(200, shown(id))
        case "PUT":
            notes[id] = content_of(body)
            return Answer(200, shown(id))
        case "PATCH":
            notes[id] = merged(notes[id], content_of(body))
            return Answer(200, shown(id))
        case "DELETE":
            del notes[id]
            return Answer(204)
        case _:
            return other_method(method, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")


def shown(id: str) -> JsonObject:
    return {"id": int(id), **notes[id]}


def content_of(body: JsonObject) -> JsonObject:
    return dict(body)


def merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch, RFC 7396 section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def other_method(method: str, allow: str) -> Answer:
    if method == "OPTIONS":
        return Answer(204, headers={"Allow": allow})
    return Answer(405, {"error": f"{method} is not possible here"}, {"Allow": allow})


def error(status: int, message: str) -> Answer:
    return Answer(status, {"error": message})
