import time

from django.http import HttpRequest, HttpResponse, JsonResponse

from shop import readiness


def live(request: HttpRequest) -> HttpResponse:
    """Asked by the platform: restart this process?"""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """Asked by the balancer: send requests here?"""
    if readiness.draining.is_set():
        return JsonResponse({"status": "draining"}, status=503)
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
