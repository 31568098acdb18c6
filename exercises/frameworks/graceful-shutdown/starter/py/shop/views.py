import time

from django.http import HttpRequest, HttpResponse, JsonResponse


def live(request: HttpRequest) -> HttpResponse:
    """Asked by the platform: restart this process?"""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """Asked by the balancer: send requests here?"""
    return JsonResponse({"status": "ready"})


def fast(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


def slow(request: HttpRequest) -> HttpResponse:
    """A request that takes its time, as one that waits for a payment provider."""
    ms = int(request.GET["ms"])
    time.sleep(ms / 1000)
    return JsonResponse({"ms": ms})


def upload(request: HttpRequest) -> HttpResponse:
    """Answered when the whole body has come."""
    return JsonResponse({"bytes": len(request.body)})
