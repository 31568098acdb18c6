import json
import os


class Log:
    """Writes one JSON object a line; with the trace of a request, Cloud Logging shows its lines together."""

    def __init__(self, trace_header: str | None = None) -> None:
        trace = (trace_header or "").split("/")[0]
        project = os.environ.get("GOOGLE_CLOUD_PROJECT")
        self._fields = {"logging.googleapis.com/trace": f"projects/{project}/traces/{trace}"} if trace else {}

    def info(self, message: str) -> None:
        self._write("INFO", message)

    def error(self, message: str) -> None:
        self._write("ERROR", message)

    def _write(self, severity: str, message: str) -> None:
        # One write for text and line end: threads must not come between them.
        print(json.dumps({"severity": severity, "message": message, **self._fields}) + "\n", end="", flush=True)
