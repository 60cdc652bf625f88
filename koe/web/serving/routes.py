"""The addresses for those who watch the app: is it alive, is it ready, how does it fare."""

from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koe.version import __version__
from koe.web.serving import metrics
from koe.web.serving.ending import stopping

_FRESH = {"Cache-Control": "no-store"}


def readiness() -> dict[str, Any]:
    """Whether visitors may be sent here, and if not, why.

    Without networks the app still opens, plays and writes pieces, and says
    what is missing; so it is ready once that is known.
    """
    from koe.web.serving.warmup import warm_up  # not before there is a runtime, which its caches belong to

    if stopping():
        return {"status": "stopping", "reason": "Koe was told to stop; running work is being finished."}
    loading = warm_up()
    if not loading.done:
        return {"status": "starting", "reason": "The networks are being loaded."}
    if loading.error is not None:
        reason = f"The networks could not be loaded ({type(loading.error).__name__}); all else works."
        return {"status": "ready", "models": "unavailable", "reason": reason}
    return {"status": "ready", "models": "loaded"}


async def healthz(_: Request) -> Response:
    """Answer; a server whose loop is stuck does not."""
    return JSONResponse({"status": "alive", "version": __version__}, headers=_FRESH)


async def readyz(_: Request) -> Response:
    """Answer 200 when visitors may come, else 503, with `readiness`."""
    state = readiness()
    return JSONResponse(state, 200 if state["status"] == "ready" else 503, headers=_FRESH)


def report(_: Request) -> Response:
    """Every metric, as text for Prometheus."""
    metrics.READY.set(readiness()["status"] == "ready")
    return Response(generate_latest(metrics.REGISTRY), headers=_FRESH | {"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", report)]
