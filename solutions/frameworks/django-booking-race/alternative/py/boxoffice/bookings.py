"""Booking a seat: lock the rows that decide, look at them, and only then write."""

from django.db import transaction

from boxoffice.models import Booking, Coupon, Customer, Refusal, Show
from boxoffice.printer import print_ticket


class Refused(Exception):
    """Why there is no booking: sold-out, already-booked or coupon-not-valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def book(show: Show, email: str, code: str | None) -> Booking:
    Customer.objects.bulk_create([Customer(email=email)], ignore_conflicts=True)
    customer = Customer.objects.get(email=email)
    with transaction.atomic():
        outcome = decide(show.pk, customer, code)
        if isinstance(outcome, str):
            Refusal.objects.create(show=show, email=email, reason=outcome)
    if isinstance(outcome, str):
        raise Refused(outcome)
    print_ticket(outcome)
    return outcome


def decide(show_id: int, customer: Customer, code: str | None) -> Booking | str:
    """The booking, or the reason why there is none; in that case nothing has been written."""
    # Every booking of this show waits here, so what is read below cannot change before the commit.
    show = Show.objects.select_for_update(no_key=True).get(pk=show_id)
    if show.seats_left == 0:
        return "sold-out"
    if Booking.objects.filter(show=show, customer=customer).exists():
        return "already-booked"
    coupon = None
    if code is not None:
        coupon = Coupon.objects.select_for_update(no_key=True).filter(code=code).first()
        if coupon is None or coupon.used >= coupon.max_uses:
            return "coupon-not-valid"
        coupon.used += 1
        coupon.save(update_fields=["used"])
    show.seats_left -= 1
    show.save(update_fields=["seats_left"])
    return Booking.objects.create(show=show, customer=customer, coupon=coupon)
