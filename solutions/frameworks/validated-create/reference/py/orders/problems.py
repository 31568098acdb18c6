"""Refusals as application/problem+json (RFC 9457)."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpResponse, JsonResponse


class Fault(NamedTuple):
    """One value that is wrong, and where it stands (a JSON Pointer, RFC 6901)."""

    pointer: str
    detail: str


class Problem(Exception):
    """A refusal that the client may see."""

    def __init__(self, status: int, detail: str, faults: list[Fault] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.faults = faults


def with_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Problem as problem:
            return response_of(problem)

    return answer


def response_of(problem: Problem) -> JsonResponse:
    body: dict[str, Any] = {"title": HTTPStatus(problem.status).phrase, "status": problem.status, "detail": str(problem)}
    if problem.faults is not None:
        body["errors"] = [fault._asdict() for fault in problem.faults]
    return JsonResponse(body, status=problem.status, content_type="application/problem+json")
