"""Where a pull may connect to: listed hosts only, at the very address that was checked.

A name is resolved once and the connection goes to that address, so a name that changes its mind between
check and connect reaches nothing else. Loopback, link-local (cloud metadata) and multicast addresses are
refused whatever the list says; loopback is allowed where ``PULLS_ALLOW_LOOPBACK`` says so.
"""

import ipaddress
import socket

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from apps.datashare.pulls.models import AllowedHost
from apps.datashare.pulls.reading.base import SourceFailed


def listed() -> frozenset[str]:
    """The hosts that may be pulled from now."""
    return frozenset([*settings.PULLS_ALLOWED_HOSTS, *AllowedHost.objects.values_list("host", flat=True)])


def address(host: str, port: int, allowed: frozenset[str]) -> str:
    """The address to connect to for a host of the list.

    :raises SourceFailed: the host is not listed, has no address, or one that is never allowed.
    """
    if host not in allowed:
        raise SourceFailed(_("主机 %(host)s 不在允许归集的名单中。") % {"host": host})
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceFailed(_("找不到主机 %(host)s。") % {"host": host}) from error
    for *_rest, place in found:
        ip = ipaddress.ip_address(place[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_loopback and settings.PULLS_ALLOW_LOOPBACK:
            continue
        if ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
            raise SourceFailed(_("主机 %(host)s 的地址 %(ip)s 不允许归集。") % {"host": host, "ip": ip})
    return str(found[0][4][0])


class PinnedTransport(httpx.HTTPTransport):
    """Connects to the checked address; certificate and Host header stay those of the name."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__()
        self.allowed = allowed

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address(host, port, self.allowed))
        return super().handle_request(request)
