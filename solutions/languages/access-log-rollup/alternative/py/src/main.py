import json
import sys
from typing import Iterator


class NotALogLine(ValueError):
    pass


class Scanner:
    """Walks over a line from left to right; a step that does not fit raises NotALogLine."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def expect(self, text: str) -> None:
        if not self.line.startswith(text, self.at):
            raise NotALogLine
        self.at += len(text)

    def until(self, end: str) -> str:
        stop = self.line.find(end, self.at)
        if stop < 0:
            raise NotALogLine
        start, self.at = self.at, stop + len(end)
        return self.line[start:stop]

    def quoted(self) -> str:
        self.expect('"')
        start = self.at
        while True:
            piece = self.until('"')
            backslashes = len(piece) - len(piece.rstrip("\\"))
            if backslashes % 2 == 0:
                return self.line[start : self.at - 1]


def fields_of(line: str) -> Iterator[str]:
    """Yields the three words, request, status and bytes of a log line."""
    scan = Scanner(line)
    for _ in range(3):
        yield scan.until(" ")
    scan.expect("[")
    scan.until("]")
    scan.expect(" ")
    yield scan.quoted()
    scan.expect(" ")
    yield scan.until(" ")
    yield scan.until(" ")
    scan.quoted()
    scan.expect(" ")
    scan.quoted()
    if scan.at != len(line):
        raise NotALogLine


def parse(line: str) -> tuple[str, int, int]:
    """Key, status and bytes of a log line."""
    host, identity, user, request, status, size = fields_of(line)
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    version = protocol.removeprefix("HTTP/")
    fits = (
        all((host, identity, user, target, version))
        and version != protocol
        and method.isalpha()
        and method.isupper()
        and len(status) == 3
        and status.isdigit()
        and (size == "-" or size.isdigit())
    )
    if not fits:
        raise NotALogLine
    return f"{method} {target.partition('?')[0]}", int(status), 0 if size == "-" else int(size)


rollup = {"hits": 0, "bytes": 0, "skipped": 0}
server_errors: dict[str, int] = {}

for raw in sys.stdin.buffer:
    try:
        key, status, size = parse(raw.decode("ascii", "replace").rstrip("\r\n"))
    except NotALogLine:
        rollup["skipped"] += 1
        continue
    rollup["hits"] += 1
    rollup["bytes"] += size
    if status // 100 == 5:
        server_errors[key] = server_errors.get(key, 0) + 1

json.dump(rollup | {"serverErrors": server_errors}, sys.stdout)
