import re
from dataclasses import dataclass, field
from threading import Lock

from wire import Answer, JsonObject, Request


class Resource:
    """Each method of the resource is a method of the class; HEAD, OPTIONS, 405 and Allow follow from them."""

    def answer(self, method: str, body: JsonObject) -> Answer:
        own = [name for name in ("GET", "POST", "PUT", "PATCH", "DELETE") if hasattr(self, name.lower())]
        allow = {"Allow": ", ".join([*own, "HEAD", "OPTIONS"])}
        if method == "OPTIONS":
            return Answer(204, headers=allow)
        name = "GET" if method == "HEAD" else method
        return getattr(self, name.lower())(body) if name in own else Answer(405, headers=allow)


@dataclass
class Collection(Resource):
    notes: list[JsonObject] = field(default_factory=list)
    last_id: int = 0

    def get(self, _: JsonObject) -> Answer:
        return Answer(200, {"notes": self.notes})

    def post(self, body: JsonObject) -> Answer:
        self.last_id += 1
        note = body | {"id": self.last_id}
        self.notes.append(note)
        return Answer(201, note, {"Location": f"/notes/{self.last_id}"})


@dataclass
class Item(Resource):
    collection: Collection
    note: JsonObject

    def get(self, _: JsonObject) -> Answer:
        return Answer(200, self.note)

    def put(self, body: JsonObject) -> Answer:
        return self.store(body)

    def patch(self, body: JsonObject) -> Answer:
        patched = dict(self.note)
        merge_into(patched, body)
        return self.store(patched)

    def delete(self, _: JsonObject) -> Answer:
        self.collection.notes.remove(self.note)
        return Answer(204)

    def store(self, content: JsonObject) -> Answer:
        changed = content | {"id": self.note["id"]}
        self.collection.notes[self.collection.notes.index(self.note)] = changed
        return Answer(200, changed)


def merge_into(target: JsonObject, patch: JsonObject) -> None:
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict):
            inner = dict(target[name]) if isinstance(target.get(name), dict) else {}
            merge_into(inner, value)
            target[name] = inner
        else:
            target[name] = value


everything = Collection()
lock = Lock()


def handle(request: Request) -> Answer:
    with lock:
        if request.path == "/notes":
            return everything.answer(request.method, request.body)
        if not request.path.startswith("/notes/"):
            return Answer(404)
        id_text = request.path.split("/", 2)[2]
        if re.fullmatch(r"[1-9][0-9]*", id_text) is None:
            return Answer(400)
        note = next((n for n in everything.notes if str(n["id"]) == id_text), None)
        return Item(everything, note).answer(request.method, request.body) if note else Answer(404)
