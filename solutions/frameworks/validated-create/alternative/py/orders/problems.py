"""Refusals as application/problem+json (RFC 9457), in one place for all views."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse

Fault = dict[str, str]


class Problem(Exception):
    def __init__(self, status: int, detail: str, faults: list[Fault] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.members = {} if faults is None else {"errors": faults}


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case Problem():
                return answer(error)
            case RequestDataTooBig():
                return answer(Problem(413, "The body may have 100 kB."))
            case json.JSONDecodeError() | UnicodeDecodeError():
                return answer(Problem(400, "The body is not JSON."))
        return None


def answer(problem: Problem) -> HttpResponse:
    body = {"title": HTTPStatus(problem.status).phrase, "status": problem.status, "detail": str(problem), **problem.members}
    return JsonResponse(body, status=problem.status, content_type="application/problem+json")
