import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from orders import store
from orders.check import check_order
from orders.problems import Problem, with_problems

LIMIT = 100 * 1024


@with_problems
def create(request: HttpRequest) -> HttpResponse:
    order, faults = check_order(read_json(request))
    if faults:
        raise Problem(422, "The order breaks rules; see errors.", faults[:1])
    stored = store.add(order)
    return JsonResponse(stored, status=201, headers={"Location": f"/orders/{stored['id']}"})


@with_problems
def show(request: HttpRequest, order_id: int) -> HttpResponse:
    order = store.find(order_id)
    if order is None:
        raise Problem(404, f"There is no order {order_id}.")
    return JsonResponse(order)


def read_json(request: HttpRequest) -> Any:
    """The body as JSON. What it is called and how long it is are known before a byte of it is read."""
    if request.content_type != "application/json":
        raise Problem(415, "Send the order as application/json.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LIMIT:
        raise Problem(413, "The body may have 100 kB.")
    try:
        return json.loads(request.body, parse_constant=no_json)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON.") from None


def no_json(constant: str) -> Any:
    """Python would also read NaN and Infinity, which JSON does not have."""
    raise ValueError(constant)
