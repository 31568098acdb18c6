"""The ticket printer in the foyer. It is slow, and paper runs out. Nothing here has to change."""

import json
import logging
from http.client import HTTPException
from urllib.request import Request, urlopen

from django.conf import settings

from boxoffice.models import Booking

PATIENCE_S = 60


def print_ticket(booking: Booking) -> None:
    """Returns when the ticket is printed, which may take a minute. A ticket that fails is printed by hand later."""
    if not settings.PRINTER_URL:
        return
    ticket = {"booking": booking.pk, "show": booking.show.pk, "email": booking.customer.email}
    order = Request(
        f"{settings.PRINTER_URL}/tickets",
        data=json.dumps(ticket).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        urlopen(order, timeout=PATIENCE_S).close()
    except (OSError, HTTPException):
        logging.getLogger(__name__).exception("The ticket of booking %s was not printed", booking.pk)
