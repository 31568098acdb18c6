import json

from django.http import HttpRequest, HttpResponse, JsonResponse

from orders import store
from orders.check import order_rules
from orders.problems import Problem


def create(request: HttpRequest) -> HttpResponse:
    if request.content_type != "application/json":
        raise Problem(415, "Send the order as application/json.")
    body = json.loads(request.body, parse_constant=no_json)
    faults = order_rules("", body)
    if faults:
        raise Problem(422, "The order breaks rules; see errors.", faults)
    order = store.add({**body, "gift": bool(body.get("gift"))})
    return JsonResponse(order, status=201, headers={"Location": request.build_absolute_uri(f"/orders/{order['id']}")})


def show(request: HttpRequest, order_id: int) -> HttpResponse:
    order = store.find(order_id)
    if order is None:
        raise Problem(404, f"There is no order {order_id}.")
    return JsonResponse(order)


def no_json(constant: str) -> None:
    """Python would also read NaN and Infinity, which JSON does not have."""
    raise json.JSONDecodeError("not JSON", constant, 0)
