"""``/metrics``: for the monitoring of this installation; everybody else finds nothing there."""

import hmac
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from apps.portal.metrics import counting
from apps.portal.metrics.standing import StandingCollector


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers in the text format of Prometheus.

    :raises Http404: to whoever has neither the token nor one of the addresses, as an absent page would.
    """
    if not (_has_token(request) or _is_near(request)):
        raise Http404
    return _numbers(request)


@require_safe
def _numbers(request: HttpRequest) -> HttpResponse:
    text = generate_latest(counting.added_up()) + generate_latest(StandingCollector())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    wanted, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    return bool(wanted) and hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())


def _is_near(request: HttpRequest) -> bool:
    if not settings.METRICS_NETWORKS:
        return False
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return False
    return any(address in ip_network(network) for network in settings.METRICS_NETWORKS)
