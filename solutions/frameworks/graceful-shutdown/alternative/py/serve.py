"""Starts the service and ends it. Each connection's thread is waited for; a timer cuts the wait."""

import os
import signal
import time
from threading import Lock, Thread, Timer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.wsgi import get_wsgi_application

from http_server import Connection, HttpServer
from shop import readiness

DRAIN_DELAY_S = int(os.environ.get("DRAIN_DELAY_MS", "300")) / 1000  # from the signal until the port closes
DEADLINE_S = int(os.environ.get("SHUTDOWN_DEADLINE_MS", "5000")) / 1000  # from the signal until the rest is cut


class JoiningServer(HttpServer):
    daemon_threads = False  # server_close() waits for the threads of the connections.

    def __init__(self, port: int) -> None:
        super().__init__(port, get_wsgi_application())
        self._lock = Lock()
        self._waiting: set[Connection] = set()
        self._closing = False

    def connection_opened(self, connection: Connection) -> None:
        self._wait_for_request(connection)

    def request_began(self, connection: Connection) -> None:
        with self._lock:
            self._waiting.discard(connection)

    def request_ended(self, connection: Connection) -> None:
        self._wait_for_request(connection)

    def connection_closed(self, connection: Connection) -> None:
        with self._lock:
            self._waiting.discard(connection)

    def closes_after_answer(self) -> bool:
        return self._closing

    def _wait_for_request(self, connection: Connection) -> None:
        with self._lock:
            self._waiting.add(connection)
            if self._closing:
                connection.close()

    def drain(self) -> None:
        with self._lock:
            self._closing = True
            for connection in self._waiting:
                connection.close()
        self.stop_accepting()


def main() -> None:
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    server = JoiningServer(int(os.environ.get("PORT", "3000")))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    signal.sigwait(signals)

    cut = Timer(DEADLINE_S, os._exit, [1])
    cut.daemon = True
    cut.start()
    readiness.draining.set()
    time.sleep(DRAIN_DELAY_S)
    server.drain()


if __name__ == "__main__":
    main()
