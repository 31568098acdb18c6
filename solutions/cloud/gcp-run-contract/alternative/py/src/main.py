import contextvars
import http.client
import json
import logging
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

STORE = urlsplit(os.environ.get("STORE_URL", "http://localhost:9000"))
PROJECT = os.environ.get("GOOGLE_CLOUD_PROJECT", "")

# The trace of the request that this thread works on.
trace: contextvars.ContextVar[str] = contextvars.ContextVar("trace", default="")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"severity": record.levelname, "message": record.getMessage()}
        if trace.get():
            line["logging.googleapis.com/trace"] = f"projects/{PROJECT}/traces/{trace.get()}"
        return json.dumps(line, ensure_ascii=False)


handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonLines())
logging.basicConfig(level=logging.INFO, handlers=[handler])


class StoreProblem(Exception):
    pass


def ask(method: str, parcel: str, label: str | None = None) -> str | None:
    connection = http.client.HTTPConnection(STORE.hostname or "", STORE.port)
    try:
        connection.request(method, f"/labels/{parcel}", label.encode() if label is not None else None)
        response = connection.getresponse()
        content = response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise StoreProblem(str(error)) from error
    finally:
        connection.close()
    if response.status // 100 == 2:
        return content
    if response.status == 404 and method == "GET":
        return None
    raise StoreProblem(f"status {response.status}")


class Handler(BaseHTTPRequestHandler):
    def setup(self) -> None:
        super().setup()
        trace.set("")

    def do_POST(self) -> None:
        trace.set(self.headers.get("X-Cloud-Trace-Context", "").partition("/")[0])
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parcel, to = body["parcel"], body["to"]
        try:
            ask("PUT", parcel, f"To: {to}\nParcel: {parcel}\n")
            logging.info("label %s for %s is in the store", parcel, to)
            self.answer(201, json.dumps({"parcel": parcel}))
        except StoreProblem as problem:
            logging.error("label %s for %s: %s", parcel, to, problem)
            self.answer(502, '{"error":"try again later"}')

    def do_GET(self) -> None:
        trace.set(self.headers.get("X-Cloud-Trace-Context", "").partition("/")[0])
        parcel = self.path.removeprefix("/labels/")
        try:
            label = ask("GET", parcel)
            logging.info("label %s: %s", parcel, "unknown" if label is None else "found")
            self.answer(404 if label is None else 200, label or "", "text/plain; charset=utf-8")
        except StoreProblem as problem:
            logging.error("label %s: %s", parcel, problem)
            self.answer(502, '{"error":"try again later"}')

    def answer(self, status: int, body: str, content_type: str = "application/json") -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False


# Blocked before any thread starts, so that none of them is interrupted: only sigwait() below takes the signal.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

server = Server(("", int(os.environ.get("PORT", "8080"))), Handler)
threading.Thread(target=server.serve_forever).start()

signal.sigwait({signal.SIGTERM})
server.shutdown()
# Waits for the threads that still work on a request.
server.server_close()
