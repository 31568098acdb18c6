import json

from django.http import HttpRequest, HttpResponse, JsonResponse

from orders import store


def create(request: HttpRequest) -> HttpResponse:
    wanted = json.loads(request.body)
    if not wanted.get("customer"):
        return refused("customer is required")
    if not wanted.get("shipTo"):
        return refused("shipTo is required")
    if not wanted.get("lines"):
        return refused("lines are required")
    for line in wanted["lines"]:
        line["quantity"] = int(line["quantity"])
        if not 1 <= line["quantity"] <= 99:
            return refused("quantity must be from 1 to 99")

    order = store.add({"gift": False, **wanted})
    return JsonResponse(order, status=201, headers={"Location": f"/orders/{order['id']}"})


def show(request: HttpRequest, order_id: int) -> HttpResponse:
    order = store.find(order_id)
    if order is None:
        return HttpResponse(status=404)
    return JsonResponse(order)


def refused(reason: str) -> JsonResponse:
    return JsonResponse({"error": reason}, status=400)
