import json
import os
import random
import sys
import uuid
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from time import monotonic, sleep
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

JOBS_URL = os.environ["JOBS_URL"]
MAX_ATTEMPTS = int(os.environ.get("MAX_ATTEMPTS", 5))
ATTEMPT_TIMEOUT_MS = int(os.environ.get("ATTEMPT_TIMEOUT_MS", 1000))
DEADLINE_MS = int(os.environ.get("DEADLINE_MS", 10_000))
BASE_DELAY_MS = int(os.environ.get("BASE_DELAY_MS", 100))
MAX_DELAY_MS = int(os.environ.get("MAX_DELAY_MS", 2000))

RETRIABLE = {429, 502, 503, 504}


class Answer(NamedTuple):
    status: int
    retry_after: str | None
    body: bytes


def send(payload: bytes, key: str, timeout: float) -> Answer | None:
    """One attempt; None when no whole answer came."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    request = Request(JOBS_URL, data=payload, headers=headers, method="POST")
    try:
        with urlopen(request, timeout=timeout) as response:
            return Answer(response.status, None, response.read())
    except HTTPError as error:
        return Answer(error.code, error.headers["Retry-After"], b"")
    except (OSError, HTTPException):
        return None


def backoff(failures: int) -> float:
    """A random wait in seconds; its ceiling doubles with each failure."""
    return random.uniform(0, min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (failures - 1))) / 1000


def seconds_until(retry_after: str | None) -> float:
    if retry_after is None:
        return 0
    if retry_after.isdigit():
        return int(retry_after)
    return (parsedate_to_datetime(retry_after) - datetime.now(timezone.utc)).total_seconds()


def submit(payload: bytes) -> tuple[int, dict[str, object]]:
    key = str(uuid.uuid4())
    deadline = monotonic() + DEADLINE_MS / 1000
    attempt = 0
    while True:
        attempt += 1
        answer = send(payload, key, max(0.001, min(ATTEMPT_TIMEOUT_MS / 1000, deadline - monotonic())))
        if answer and answer.status == 201:
            return 0, {"status": "created", "jobId": json.loads(answer.body)["jobId"], "attempts": attempt}
        if answer and answer.status not in RETRIABLE:
            return 65, {"status": "rejected", "code": answer.status, "attempts": attempt}
        wait = max(backoff(attempt), seconds_until(answer and answer.retry_after))
        if attempt >= MAX_ATTEMPTS or monotonic() + wait >= deadline:
            return 75, {"status": "gave-up", "attempts": attempt}
        sleep(wait)


exit_code, result = submit(sys.stdin.buffer.read())
print(json.dumps(result))
sys.exit(exit_code)
