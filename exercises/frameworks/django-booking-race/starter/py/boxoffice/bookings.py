"""Booking a seat. Right for one customer at a time."""

from boxoffice.models import Booking, Coupon, Customer, Refusal, Show
from boxoffice.printer import print_ticket


class Refused(Exception):
    """Why there is no booking: sold-out, already-booked or coupon-not-valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def book(show: Show, email: str, code: str | None) -> Booking:
    coupon = None
    if code is not None:
        coupon = Coupon.objects.filter(code=code).first()
        if coupon is None or coupon.used >= coupon.max_uses:
            raise refused(show, email, "coupon-not-valid")
        coupon.used += 1
        coupon.save()

    customer = Customer.objects.filter(email=email).first()
    if customer is None:
        customer = Customer.objects.create(email=email)
    if Booking.objects.filter(show=show, customer=customer).exists():
        raise refused(show, email, "already-booked")

    if show.seats_left == 0:
        raise refused(show, email, "sold-out")
    show.seats_left -= 1
    show.save()

    booking = Booking.objects.create(show=show, customer=customer, coupon=coupon)
    print_ticket(booking)
    return booking


def refused(show: Show, email: str, reason: str) -> Refused:
    Refusal.objects.create(show=show, email=email, reason=reason)
    return Refused(reason)
