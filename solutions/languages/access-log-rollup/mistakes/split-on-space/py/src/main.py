import json
import sys
from collections import Counter
from typing import NamedTuple


class Hit(NamedTuple):
    method: str
    route: str
    status: int
    size: int


def parse_hit(line: str) -> Hit | None:
    fields = line.split(" ")
    if len(fields) < 12:
        return None
    method, target, protocol, status, size = fields[5:10]
    if not method.startswith('"') or not protocol.endswith('"') or not status.isdigit():
        return None
    if size != "-" and not size.isdigit():
        return None
    return Hit(
        method=method[1:],
        route=target.split("?", 1)[0],
        status=int(status),
        size=0 if size == "-" else int(size),
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
