import json
import re
import sys
from collections import Counter
from typing import NamedTuple


class Hit(NamedTuple):
    method: str
    route: str
    status: int
    size: int


QUOTED = r'.*'
LOG_LINE = re.compile(
    r"[^ ]+ [^ ]+ [^ ]+ \[[^\]]*\] "
    rf'"(?P<request>{QUOTED})" (?P<status>\d{{3}}) (?P<size>\d+|-) "{QUOTED}" "{QUOTED}"'
)
REQUEST = re.compile(r"(?P<method>[A-Z]+) (?P<target>.+) HTTP/[^ ]+")


def parse_hit(line: str) -> Hit | None:
    fields = LOG_LINE.fullmatch(line)
    request = REQUEST.fullmatch(fields["request"]) if fields else None
    if not fields or not request:
        return None
    return Hit(
        method=request["method"],
        route=request["target"].split("?", 1)[0],
        status=int(fields["status"]),
        size=0 if fields["size"] == "-" else int(fields["size"]),
    )


def main() -> None:
    hits = total_bytes = skipped = 0
    server_errors: Counter[str] = Counter()
    # Line ends may be CRLF; Python leaves the CR in place.
    for line in sys.stdin:
        hit = parse_hit(line.rstrip("\r\n"))
        if hit is None:
            skipped += 1
            continue
        hits += 1
        total_bytes += hit.size
        if 500 <= hit.status <= 599:
            server_errors[f"{hit.method} {hit.route}"] += 1
    print(json.dumps({"hits": hits, "bytes": total_bytes, "serverErrors": server_errors, "skipped": skipped}))


main()
