from pdf import render_pdf
from store import Invoice, everything, find, new_invoice_id, new_line, remove, save
from wire import Answer, Request


def handle(request: Request) -> Answer:
    if request.user == "":
        return Answer(401, {"error": "who are you?"})
    match request.path.split("/")[1:]:
        case ["invoices"]:
            return collection(request)
        case ["invoices", id, *rest]:
            # From here on there is only this invoice, and it is one that the caller may see.
            invoice = visible(request, id)
            return not_found() if invoice is None else below(request, invoice, rest)
    return not_found()


def not_found() -> Answer:
    return Answer(404, {"error": "not found"})


def visible(request: Request, id: str) -> Invoice | None:
    """Another customer's invoice is as good as none."""
    invoice = find(id)
    return invoice if invoice is not None and may_see(request, invoice) else None


def may_see(request: Request, invoice: Invoice) -> bool:
    return request.role == "support" or invoice["owner"] == request.user


def collection(request: Request) -> Answer:
    if request.method == "GET":
        return Answer(200, {"invoices": [i for i in everything() if may_see(request, i)]})
    if request.method != "POST":
        return not_found()
    lines = [new_line(line["text"], line["cents"]) for line in request.body.get("lines", [])]
    reference = request.body.get("reference", "")
    invoice: Invoice = {"id": new_invoice_id(), "owner": request.user, "reference": reference, "lines": lines}
    save(invoice)
    return Answer(201, invoice, {"Location": f"/invoices/{invoice['id']}"})


def below(request: Request, invoice: Invoice, rest: list[str]) -> Answer:
    match rest:
        case []:
            return one(request, invoice)
        case ["pdf"]:
            return pdf(request, invoice)
        case ["lines", line_id]:
            return line(request, invoice, line_id)
    return not_found()


def one(request: Request, invoice: Invoice) -> Answer:
    if request.method == "GET":
        return Answer(200, invoice)
    if request.method == "PUT":
        changed: Invoice = {**invoice, "reference": request.body.get("reference", invoice["reference"])}
        save(changed)
        return Answer(200, changed)
    if request.method == "DELETE":
        remove(invoice)
        return Answer(204)
    return not_found()


def pdf(request: Request, invoice: Invoice) -> Answer:
    if request.method != "GET":
        return not_found()
    return Answer(200, render_pdf(invoice), {"Content-Type": "application/pdf"})


def line(request: Request, invoice: Invoice, line_id: str) -> Answer:
    found = next((line for line in invoice["lines"] if line["id"] == line_id), None)
    if found is None:
        return not_found()
    if request.method == "PUT":
        found["text"] = request.body.get("text", found["text"])
        found["cents"] = request.body.get("cents", found["cents"])
    elif request.method != "GET":
        return not_found()
    return Answer(200, found)
