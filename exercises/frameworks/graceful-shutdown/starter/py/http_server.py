"""Django's threading server with keep-alive, and the places where a shutdown can take part. Nothing here has to change."""

import socket
from collections.abc import Callable
from contextlib import suppress

from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler


class Connection(WSGIRequestHandler):
    """One connection, in a thread of its own. Its requests come one after the other."""

    disable_nagle_algorithm = True
    server: "HttpServer"

    def setup(self) -> None:
        super().setup()
        self.server.connection_opened(self)

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.server.connection_closed(self)

    def handle_one_request(self) -> None:
        # An idle connection waits here; an empty line says that it was closed, by the client or by close().
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        self.server.request_began(self)
        try:
            if self.parse_request():
                answer = Answer(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
                answer.request_handler = self
                answer.run(self.server.get_app())
        finally:
            self.server.request_ended(self)

    def close(self) -> None:
        """Ends this connection from another thread."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class Answer(ServerHandler):
    def cleanup_headers(self) -> None:
        # An application may not set this header itself (PEP 3333); the server does, and closes afterwards.
        if self.request_handler.server.closes_after_answer():
            self.headers["Connection"] = "close"
        super().cleanup_headers()


class HttpServer(ThreadedWSGIServer):
    """The hooks are called in the thread of their connection, so in several threads at once."""

    daemon_threads = True  # A thread of a connection does not keep the process alive.

    def __init__(self, port: int, application: Callable) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.set_app(application)

    def stop_accepting(self) -> None:
        """Closes the port; connections stay. Not to be called in the thread that runs serve_forever()."""
        self.shutdown()
        self.server_close()

    def connection_opened(self, connection: Connection) -> None:
        """A client has connected and has not sent anything yet."""

    def request_began(self, connection: Connection) -> None:
        """The first line of a request has come."""

    def request_ended(self, connection: Connection) -> None:
        """Its answer has been sent, or the connection has broken."""

    def connection_closed(self, connection: Connection) -> None:
        """The connection is gone."""

    def closes_after_answer(self) -> bool:
        """Asked for each answer before its headers are sent: is it the last one on its connection?"""
        return False
