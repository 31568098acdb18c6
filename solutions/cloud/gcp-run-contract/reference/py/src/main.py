import json
import os
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from labels import find_label, make_label
from log import Log


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        log = Log(self.headers["X-Cloud-Trace-Context"])
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            make_label(body["parcel"], body["to"])
        except OSError as error:
            log.error(f"label {body['parcel']} for {body['to']}: {error}")
            return self.answer(502, json.dumps({"error": "the store does not answer"}))
        log.info(f"made label {body['parcel']} for {body['to']}")
        self.answer(201, json.dumps({"parcel": body["parcel"]}))

    def do_GET(self) -> None:
        log = Log(self.headers["X-Cloud-Trace-Context"])
        match = re.fullmatch(r"/labels/([\w-]+)", self.path)
        try:
            label = find_label(match[1]) if match else None
        except OSError as error:
            log.error(f"asked for label {match and match[1]}: {error}")
            return self.answer(502, json.dumps({"error": "the store does not answer"}))
        log.info(f"asked for label {match and match[1]}: {'not found' if label is None else 'found'}")
        if label is None:
            self.answer(404, json.dumps({"error": "there is no such label"}))
        else:
            self.answer(200, label, "text/plain; charset=utf-8")

    def answer(self, status: int, body: str, content_type: str = "application/json") -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """No access log: each request has its own line already."""


class Server(ThreadingHTTPServer):
    # Connections that may wait until they are accepted; the default is 5.
    request_queue_size = 128
    # Daemon threads are cut off at the end; server_close() waits for the others.
    daemon_threads = False


log = Log()
port = int(os.environ.get("PORT", "8080"))
server = Server(("0.0.0.0", port), Handler)

# shutdown() waits for the loop of serve_forever(), which this handler interrupts: it needs another thread.
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())

log.info(f"labels on port {port}")
server.serve_forever()
server.server_close()
log.info("stopped")
