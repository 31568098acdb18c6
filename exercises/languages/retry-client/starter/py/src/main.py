import json
import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

JOBS_URL = os.environ["JOBS_URL"]
MAX_ATTEMPTS = int(os.environ.get("MAX_ATTEMPTS", 5))
ATTEMPT_TIMEOUT_MS = int(os.environ.get("ATTEMPT_TIMEOUT_MS", 1000))
DEADLINE_MS = int(os.environ.get("DEADLINE_MS", 10_000))
BASE_DELAY_MS = int(os.environ.get("BASE_DELAY_MS", 100))
MAX_DELAY_MS = int(os.environ.get("MAX_DELAY_MS", 2000))


def send(payload: bytes) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    request = Request(JOBS_URL, data=payload, headers=headers, method="POST")
    try:
        with urlopen(request) as response:
            return response.status, response.read()
    except HTTPError as error:
        return error.code, error.read()


def finish(exit_code: int, **result: object) -> None:
    print(json.dumps(result))
    sys.exit(exit_code)


status, body = send(sys.stdin.buffer.read())
if status == 201:
    finish(0, status="created", jobId=json.loads(body)["jobId"], attempts=1)
finish(65, status="rejected", code=status, attempts=1)
