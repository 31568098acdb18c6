"""Starts the service and ends it."""

import os
import signal
from threading import Thread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.wsgi import get_wsgi_application

from http_server import HttpServer

DRAIN_DELAY_S = int(os.environ.get("DRAIN_DELAY_MS", "300")) / 1000  # from the signal until the port closes
DEADLINE_S = int(os.environ.get("SHUTDOWN_DEADLINE_MS", "5000")) / 1000  # from the signal until the rest is cut


def main() -> None:
    # Held back in all threads, so that none of them is interrupted; sigwait() below receives them one by one.
    signals = {signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    server = HttpServer(int(os.environ.get("PORT", "3000")), get_wsgi_application())
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    signal.sigwait(signals)


if __name__ == "__main__":
    main()
