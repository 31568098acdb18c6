from collections.abc import Callable
from functools import wraps

import store
from pdf import render_pdf
from store import Invoice, Line
from wire import Answer, JsonObject, Request


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def writes(method: Callable) -> Callable:
    @wraps(method)
    def guarded(desk: "Desk", *args: object):
        if desk.is_support:
            raise Refusal(403, "support reads, and writes nothing")
        return method(desk, *args)

    return guarded


class Desk:
    """The invoices as one caller may have them. Handlers hold nothing else, so they cannot reach anybody else's."""

    def __init__(self, user: str, role: str) -> None:
        if not user:
            raise Refusal(401, "who are you?")
        self.user = user
        self.is_support = role == "support"

    def visible(self) -> list[Invoice]:
        return [i for i in store.everything() if self.is_support or i["owner"] == self.user]

    def get(self, id: str) -> Invoice:
        return only(i for i in self.visible() if i["id"].lower() == id.lower())

    def line(self, id: str, line_id: str) -> Line:
        return only(line for line in self.get(id)["lines"] if line["id"] == line_id)

    @writes
    def add(self, body: JsonObject) -> Invoice:
        lines = [store.new_line(line["text"], line["cents"]) for line in body.get("lines", [])]
        invoice = Invoice(id=store.new_invoice_id(), owner=self.user, reference=body.get("reference", ""), lines=lines)
        store.save(invoice)
        return invoice

    @writes
    def change(self, id: str, body: JsonObject) -> Invoice:
        return set_only(self.get(id), body, "reference")

    @writes
    def change_line(self, id: str, line_id: str, body: JsonObject) -> Line:
        return set_only(self.line(id, line_id), body, "text", "cents")

    @writes
    def drop(self, id: str) -> None:
        store.remove(self.get(id))


def only(found):
    thing = next(found, None)
    if thing is None:
        raise Refusal(404, "not found")
    return thing


def set_only(target, body: JsonObject, *names: str):
    target.update({name: body[name] for name in names if name in body})
    return target


def handle(request: Request) -> Answer:
    try:
        return routed(request, Desk(request.user, request.role))
    except Refusal as refusal:
        return Answer(refusal.status, {"error": str(refusal)})


def routed(request: Request, desk: Desk) -> Answer:
    match (request.method, *request.path.strip("/").split("/")):
        case "GET", "invoices":
            return Answer(200, {"invoices": desk.visible()})
        case "POST", "invoices":
            invoice = desk.add(request.body)
            return Answer(201, invoice, {"Location": f"/invoices/{invoice['id']}"})
        case "GET", "invoices", id:
            return Answer(200, desk.get(id))
        case "PUT", "invoices", id:
            return Answer(200, desk.change(id, request.body))
        case "DELETE", "invoices", id:
            desk.drop(id)
            return Answer(204)
        case "GET", "invoices", id, "pdf":
            return Answer(200, render_pdf(desk.get(id)), {"Content-Type": "application/pdf"})
        case "GET", "invoices", id, "lines", line_id:
            return Answer(200, desk.line(id, line_id))
        case "PUT", "invoices", id, "lines", line_id:
            return Answer(200, desk.change_line(id, line_id, request.body))
    raise Refusal(404, "not found")
