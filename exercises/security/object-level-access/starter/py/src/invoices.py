from pdf import render_pdf
from store import everything, find, find_line, new_invoice_id, new_line, remove, save
from wire import Answer, Request


def handle(request: Request) -> Answer:
    if request.user == "":
        return Answer(401, {"error": "who are you?"})
    match request.path.split("/")[1:]:
        case ["invoices"]:
            return collection(request)
        case ["invoices", id]:
            return one(request, id)
        case ["invoices", id, "pdf"]:
            return pdf(request, id)
        case ["invoices", id, "lines", line_id]:
            return line(request, id, line_id)
    return not_found()


def not_found() -> Answer:
    return Answer(404, {"error": "not found"})


def collection(request: Request) -> Answer:
    if request.method == "GET":
        return Answer(200, {"invoices": everything()})
    if request.method != "POST":
        return not_found()
    lines = [new_line(line["text"], line["cents"]) for line in request.body.get("lines", [])]
    defaults = {"id": new_invoice_id(), "owner": request.user, "reference": ""}
    invoice = {**defaults, **request.body, "lines": lines}
    save(invoice)
    return Answer(201, invoice, {"Location": f"/invoices/{invoice['id']}"})


def one(request: Request, id: str) -> Answer:
    invoice = find(id)
    if invoice is None:
        return not_found()
    if request.method == "GET":
        return Answer(200, invoice)
    if request.method == "PUT":
        changed = {**invoice, **request.body}
        save(changed)
        return Answer(200, changed)
    if request.method == "DELETE":
        remove(invoice)
        return Answer(204)
    return not_found()


def pdf(request: Request, id: str) -> Answer:
    invoice = find(id)
    if invoice is None or request.method != "GET":
        return not_found()
    return Answer(200, render_pdf(invoice), {"Content-Type": "application/pdf"})


def line(request: Request, id: str, line_id: str) -> Answer:
    found = find_line(line_id)
    if find(id) is None or found is None:
        return not_found()
    if request.method == "PUT":
        found["text"] = request.body.get("text", found["text"])
        found["cents"] = request.body.get("cents", found["cents"])
    elif request.method != "GET":
        return not_found()
    return Answer(200, found)
