"""Starts the service and ends it."""

import os
import signal
import sys
import time
from threading import Condition, Thread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.wsgi import get_wsgi_application

from http_server import Connection, HttpServer
from shop import readiness

DRAIN_DELAY_S = int(os.environ.get("DRAIN_DELAY_MS", "300")) / 1000  # from the signal until the port closes
DEADLINE_S = int(os.environ.get("SHUTDOWN_DEADLINE_MS", "5000")) / 1000  # from the signal until the rest is cut


class DrainingServer(HttpServer):
    """Knows which connections have a request under way."""

    def __init__(self, port: int) -> None:
        super().__init__(port, get_wsgi_application())
        self._changed = Condition()
        self._idle: set[Connection] = set()
        self._busy: set[Connection] = set()
        self._closing = False

    def connection_opened(self, connection: Connection) -> None:
        with self._changed:
            self._idle.add(connection)

    def request_began(self, connection: Connection) -> None:
        with self._changed:
            self._idle.discard(connection)
            self._busy.add(connection)

    def request_ended(self, connection: Connection) -> None:
        with self._changed:
            self._busy.discard(connection)
            self._idle.add(connection)
            self._changed.notify_all()

    def connection_closed(self, connection: Connection) -> None:
        with self._changed:
            self._idle.discard(connection)

    def closes_after_answer(self) -> bool:
        return self._closing

    def drain(self, timeout: float) -> bool:
        """Closes the port, then each connection with its last answer. False: some had none in time."""
        self._closing = True
        self.stop_accepting()
        with self._changed:
            for connection in self._idle:
                connection.close()
            return self._changed.wait_for(lambda: not self._busy, timeout)


def main() -> None:
    # Held back in all threads; sigwait() below receives the first one, and later ones stay where they are.
    signals = {signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    server = DrainingServer(int(os.environ.get("PORT", "3000")))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    signal.sigwait(signals)

    deadline = time.monotonic() + DEADLINE_S
    readiness.draining.set()
    time.sleep(DRAIN_DELAY_S)
    finished = server.drain(deadline - time.monotonic())
    sys.exit(0 if finished else 1)


if __name__ == "__main__":
    main()
