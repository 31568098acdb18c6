"""Booking a seat, among many others who want it too."""

from django.db import IntegrityError, transaction
from django.db.models import F

from boxoffice.models import Booking, Coupon, Customer, Refusal, Show
from boxoffice.printer import print_ticket


class Refused(Exception):
    """Why there is no booking: sold-out, already-booked or coupon-not-valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def book(show: Show, email: str, code: str | None) -> Booking:
    customer, _ = Customer.objects.get_or_create(email=email)
    locked = Show.objects.select_for_update().get(pk=show.pk)
    try:
        booking = take(show, locked.seats_left, customer, code)
    except Refused as refusal:
        # The booking is rolled back by now; this row is a transaction of its own and stays.
        Refusal.objects.create(show=show, email=email, reason=refusal.reason)
        raise
    # Nobody waits for the printer: the locks went with the commit.
    print_ticket(booking)
    return booking


@transaction.atomic
def take(show: Show, seats: int, customer: Customer, code: str | None) -> Booking:
    """All of a booking or, when Refused leaves this function, nothing of it."""
    if seats == 0:
        raise Refused("sold-out")
    Show.objects.filter(pk=show.pk).update(seats_left=F("seats_left") - 1)
    coupon = None if code is None else use_coupon(code)
    try:
        with transaction.atomic():
            return Booking.objects.create(show=show, customer=customer, coupon=coupon)
    except IntegrityError as error:
        raise Refused("already-booked") from error


def use_coupon(code: str) -> Coupon:
    valid = Coupon.objects.filter(code=code, used__lt=F("max_uses"))
    if valid.update(used=F("used") + 1) == 0:
        raise Refused("coupon-not-valid")
    return Coupon.objects.get(code=code)
