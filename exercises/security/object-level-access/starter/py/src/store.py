"""Stands for the database. Like many databases, it does not mind upper and lower case in an id. Nothing here has to change."""

from itertools import count
from typing import TypedDict
from uuid import uuid4


class Line(TypedDict):
    id: str  # unique over all invoices
    text: str
    cents: int


class Invoice(TypedDict):
    id: str  # a number for the old ones, a UUID since March
    owner: str
    reference: str
    lines: list[Line]


_invoices: dict[str, Invoice] = {}
_owners: dict[str, str] = {}
_line_ids = count(1)


def find(id: str) -> Invoice | None:
    return _invoices.get(id.lower())


def owner_of(id: str) -> str | None:
    """From the index of owners, which has the ids as they were given out."""
    return _owners.get(id)


def find_line(line_id: str) -> Line | None:
    return next((line for invoice in everything() for line in invoice["lines"] if line["id"] == line_id), None)


def everything() -> list[Invoice]:
    return list(_invoices.values())


def save(invoice: Invoice) -> None:
    """Adds the invoice, or replaces the one with the same id."""
    _invoices[invoice["id"].lower()] = invoice
    _owners[invoice["id"]] = invoice["owner"]


def remove(invoice: Invoice) -> None:
    _invoices.pop(invoice["id"].lower(), None)
    _owners.pop(invoice["id"], None)


def new_invoice_id() -> str:
    return str(uuid4())


def new_line(text: str, cents: int) -> Line:
    return {"id": str(next(_line_ids)), "text": text, "cents": cents}


save({"id": "1001", "owner": "ada", "reference": "ADA-JANUARY", "lines": [new_line("12 parcels", 8280)]})
save({"id": "1002", "owner": "bob", "reference": "BOB-JANUARY", "lines": [new_line("3 parcels", 2070)]})
save({"id": "1003", "owner": "ada", "reference": "ADA-FEBRUARY", "lines": [new_line("9 parcels", 6210)]})
save({"id": "1004", "owner": "bob", "reference": "BOB-FEBRUARY", "lines": [new_line("1 pallet", 19900)]})
