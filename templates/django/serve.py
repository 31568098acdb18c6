"""Serves the project on the port in PORT, a thread for each connection. Nothing here has to change."""

import os
from contextlib import suppress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class RequestHandler(WSGIRequestHandler):
    # Head and body of an answer go out in two writes; the second one must not wait for the client's ACK.
    disable_nagle_algorithm = True


def main() -> None:
    address = ("127.0.0.1", int(os.environ.get("PORT", "3000")))
    application = get_wsgi_application()
    server = ThreadedWSGIServer(address, RequestHandler)
    server.set_app(application)
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
