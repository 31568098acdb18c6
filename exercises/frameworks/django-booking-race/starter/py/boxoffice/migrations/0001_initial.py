from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.deletion import PROTECT


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Show",
            fields=[
                ("id", key()),
                ("title", models.CharField(max_length=100)),
                ("seats_left", models.PositiveIntegerField()),
            ],
            options={"db_table": "shows"},
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", key()),
                ("email", models.CharField(max_length=254, unique=True)),
            ],
            options={"db_table": "customers"},
        ),
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", key()),
                ("code", models.CharField(max_length=40, unique=True)),
                ("max_uses", models.PositiveIntegerField()),
                ("used", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "coupons",
                "constraints": [models.CheckConstraint(condition=Q(used__lte=F("max_uses")), name="coupon_not_overused")],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", key()),
                ("show", models.ForeignKey(on_delete=PROTECT, to="boxoffice.show")),
                ("customer", models.ForeignKey(on_delete=PROTECT, to="boxoffice.customer")),
                ("coupon", models.ForeignKey(null=True, on_delete=PROTECT, to="boxoffice.coupon")),
            ],
            options={
                "db_table": "bookings",
                "constraints": [models.UniqueConstraint(fields=("show", "customer"), name="one_booking_per_customer")],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", key()),
                ("email", models.CharField(max_length=254)),
                ("reason", models.CharField(max_length=40)),
                ("show", models.ForeignKey(on_delete=PROTECT, to="boxoffice.show")),
            ],
            options={"db_table": "refusals"},
        ),
    ]
