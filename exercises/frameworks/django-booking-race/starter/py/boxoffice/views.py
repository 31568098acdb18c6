"""HTTP in, HTTP out. Nothing here has to change."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from boxoffice.bookings import Refused, book
from boxoffice.models import Booking, Show


def show(request: HttpRequest, show_id: int) -> HttpResponse:
    found = Show.objects.filter(pk=show_id).first()
    if found is None:
        return HttpResponse(status=404)
    return JsonResponse({"id": found.pk, "title": found.title, "seatsLeft": found.seats_left})


def bookings(request: HttpRequest, show_id: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = Show.objects.filter(pk=show_id).first()
    if found is None:
        return HttpResponse(status=404)
    wanted = json.loads(request.body)
    try:
        booking = book(found, wanted["email"], wanted.get("coupon"))
    except Refused as refusal:
        return JsonResponse({"reason": refusal.reason}, status=409)
    return JsonResponse(as_json(booking), status=201)


def as_json(booking: Booking) -> dict[str, object]:
    return {
        "id": booking.pk,
        "show": booking.show.pk,
        "email": booking.customer.email,
        "coupon": booking.coupon.code if booking.coupon else None,
    }
