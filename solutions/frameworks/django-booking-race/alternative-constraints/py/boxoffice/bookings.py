"""Booking a seat: write, and let the constraints of the tables say whether it may be so."""

from django.db import IntegrityError, transaction
from django.db.models import F

from boxoffice.models import Booking, Coupon, Customer, Refusal, Show
from boxoffice.printer import print_ticket

REASONS = {
    "one_booking_per_customer": "already-booked",
    "coupon_not_overused": "coupon-not-valid",
    "shows_seats_left_check": "sold-out",
}


class Refused(Exception):
    """Why there is no booking: sold-out, already-booked or coupon-not-valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def book(show: Show, email: str, code: str | None) -> Booking:
    try:
        booking = write(show, email, code)
    except IntegrityError as error:
        raise refused(show, email, reason_of(error)) from error
    except Coupon.DoesNotExist as error:
        raise refused(show, email, "coupon-not-valid") from error
    print_ticket(booking)
    return booking


@transaction.atomic
def write(show: Show, email: str, code: str | None) -> Booking:
    customer, _ = Customer.objects.get_or_create(email=email)
    coupon = None if code is None else Coupon.objects.get(code=code)
    booking = Booking.objects.create(show=show, customer=customer, coupon=coupon)
    if coupon is not None:
        Coupon.objects.filter(pk=coupon.pk).update(used=F("used") + 1)
    Show.objects.filter(pk=show.pk).update(seats_left=F("seats_left") - 1)
    return booking


def reason_of(error: IntegrityError) -> str:
    """The driver knows which constraint spoke; what none of ours says is a fault, and goes on as one."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if name not in REASONS:
        raise error
    return REASONS[name]


def refused(show: Show, email: str, reason: str) -> Refused:
    Refusal.objects.create(show=show, email=email, reason=reason)
    return Refused(reason)
