from wire import Answer, JsonObject, Request

# id → the note as it is shown
notes: dict[int, JsonObject] = {}


def handle(request: Request) -> Answer:
    if request.path == "/notes":
        return collection(request.method, request.body)
    if request.path.startswith("/notes/"):
        return item(request.method, request.path.removeprefix("/notes/"), request.body)
    return not_found()


def not_found() -> Answer:
    return Answer(404, {"error": "not found"})


def collection(method: str, body: JsonObject) -> Answer:
    if method == "GET":
        return Answer(200, {"notes": list(notes.values())})
    if method == "POST":
        id = len(notes) + 1
        notes[id] = {"id": id, **body}
        return Answer(200, notes[id])
    return not_found()


def item(method: str, id_text: str, body: JsonObject) -> Answer:
    try:
        id = int(id_text)
    except ValueError:
        return not_found()

    if method == "GET":
        if id not in notes:
            return not_found()
        notes[id]["views"] = notes[id].get("views", 0) + 1
        return Answer(200, notes[id])
    if method in ("PUT", "PATCH"):
        notes[id] = {**notes.get(id, {}), **body}
        return Answer(200, notes[id])
    if method == "DELETE":
        notes.pop(id, None)
        return Answer(200, {"deleted": id})
    return not_found()
