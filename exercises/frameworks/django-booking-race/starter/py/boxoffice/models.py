"""The tables, with the constraints that the database keeps. Other servers write to them as well: they stay as they are."""

from django.db import models
from django.db.models import F, Q


class Show(models.Model):
    title = models.CharField(max_length=100)
    # Never below 0: Django makes a CHECK of this, shows_seats_left_check.
    seats_left = models.PositiveIntegerField()

    class Meta:
        db_table = "shows"


class Customer(models.Model):
    email = models.CharField(max_length=254, unique=True)

    class Meta:
        db_table = "customers"


class Coupon(models.Model):
    code = models.CharField(max_length=40, unique=True)
    max_uses = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "coupons"
        constraints = [models.CheckConstraint(condition=Q(used__lte=F("max_uses")), name="coupon_not_overused")]


class Booking(models.Model):
    show = models.ForeignKey(Show, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, null=True)

    class Meta:
        db_table = "bookings"
        constraints = [models.UniqueConstraint(fields=["show", "customer"], name="one_booking_per_customer")]


class Refusal(models.Model):
    """A customer whom we had to send away. Next year's season is planned with these."""

    show = models.ForeignKey(Show, on_delete=models.PROTECT)
    email = models.CharField(max_length=254)
    reason = models.CharField(max_length=40)

    class Meta:
        db_table = "refusals"
