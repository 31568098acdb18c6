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
    outcome = take(show, customer, code)
    if isinstance(outcome, str):
        Refusal.objects.create(show=show, email=email, reason=outcome)
        raise Refused(outcome)
    # Nobody waits for the printer: the locks went with the commit.
    print_ticket(outcome)
    return outcome


@transaction.atomic
def take(show: Show, customer: Customer, code: str | None) -> Booking | str:
    """The booking, or the reason why there is none."""
    free = Show.objects.filter(pk=show.pk, seats_left__gt=0)
    if free.update(seats_left=F("seats_left") - 1) == 0:
        return "sold-out"
    coupon = None if code is None else use_coupon(code)
    if code is not None and coupon is None:
        Show.objects.filter(pk=show.pk).update(seats_left=F("seats_left") + 1)
        return "coupon-not-valid"
    try:
        return Booking.objects.create(show=show, customer=customer, coupon=coupon)
    except IntegrityError:
        Show.objects.filter(pk=show.pk).update(seats_left=F("seats_left") + 1)
        if coupon is not None:
            Coupon.objects.filter(pk=coupon.pk).update(used=F("used") - 1)
        return "already-booked"


def use_coupon(code: str) -> Coupon | None:
    valid = Coupon.objects.filter(code=code, used__lt=F("max_uses"))
    if valid.update(used=F("used") + 1) == 0:
        return None
    return Coupon.objects.get(code=code)
