"""Brings the tables up to date and serves the project on the port in PORT. Nothing here has to change."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.management import call_command
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections

# As many requests are served at once; the others wait. Each thread keeps a connection to the database.
THREADS = 8


class RequestHandler(WSGIRequestHandler):
    # Head and body of an answer go out in two writes; the second one must not wait for the client's ACK.
    disable_nagle_algorithm = True


class PooledServer(WSGIServer):
    request_queue_size = 64

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, RequestHandler)
        self._pool = ThreadPoolExecutor(THREADS)

    def process_request(self, request, client_address) -> None:
        self._pool.submit(self._serve, request, client_address)

    def _serve(self, request, client_address) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)


def main() -> None:
    application = get_wsgi_application()
    call_command("migrate", verbosity=0)
    connections.close_all()
    server = PooledServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))))
    server.set_app(application)
    with suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
