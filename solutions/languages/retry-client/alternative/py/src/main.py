import http.client
import json
import os
import secrets
import sys
import time
from email.utils import mktime_tz, parsedate_tz
from random import random
from typing import Iterator
from urllib.parse import urlsplit


class Setting:
    url = urlsplit(os.environ["JOBS_URL"])
    max_attempts = int(os.getenv("MAX_ATTEMPTS", "5"))
    attempt_timeout = float(os.getenv("ATTEMPT_TIMEOUT_MS", "1000")) / 1000
    deadline = float(os.getenv("DEADLINE_MS", "10000")) / 1000
    base_delay = float(os.getenv("BASE_DELAY_MS", "100")) / 1000
    max_delay = float(os.getenv("MAX_DELAY_MS", "2000")) / 1000


class Final(Exception):
    """Ends the run with an exit code and the members of the result."""

    def __init__(self, exit_code: int, **result: object) -> None:
        self.exit_code, self.result = exit_code, result


class TryAgain(Exception):
    def __init__(self, not_before: float = 0.0) -> None:
        """`not_before`: by the wall clock, seconds since 1970."""
        self.not_before = not_before


def not_before(value: str | None) -> float:
    try:
        return time.time() + int(value or 0)
    except ValueError:
        return mktime_tz(parsedate_tz(value))


def attempt(payload: bytes, key: str, seconds_left: float) -> None:
    """Sends one request. Never returns in peace: it raises Final or TryAgain."""
    limit = max(0.01, min(Setting.attempt_timeout, seconds_left))
    connection = http.client.HTTPConnection(Setting.url.hostname, Setting.url.port, timeout=limit)
    try:
        connection.request("POST", Setting.url.path, payload, {"content-type": "application/json", "idempotency-key": key})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise TryAgain from error
    finally:
        connection.close()
    if response.status == 201:
        raise Final(0, status="created", jobId=json.loads(body)["jobId"])
    if response.status == 429 or 502 <= response.status <= 504:
        raise TryAgain(not_before(response.getheader("retry-after")))
    raise Final(65, status="rejected", code=response.status)


def ceilings() -> Iterator[float]:
    ceiling = Setting.base_delay
    while True:
        yield min(ceiling, Setting.max_delay)
        ceiling *= 2


def main() -> None:
    payload, key = sys.stdin.buffer.read(), secrets.token_hex(16)
    started = time.monotonic()
    attempts = 0
    try:
        for attempts, ceiling in zip(range(1, Setting.max_attempts + 1), ceilings()):
            left = Setting.deadline - (time.monotonic() - started)
            try:
                attempt(payload, key, left)
            except TryAgain as again:
                wait = max(random() * ceiling, again.not_before - time.time())
            if wait > Setting.deadline - (time.monotonic() - started) or attempts == Setting.max_attempts:
                break
            time.sleep(wait)
        raise Final(75, status="gave-up")
    except Final as final:
        print(json.dumps({**final.result, "attempts": attempts}))
        sys.exit(final.exit_code)


main()
