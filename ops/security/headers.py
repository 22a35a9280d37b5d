"""What every answer of the portal must carry: security headers, and cookies scripts and other sites cannot take."""

import urllib.error
import urllib.request
from collections.abc import Iterator

EXPECTED = {
    "Content-Security-Policy": ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("DENY",),
    "Referrer-Policy": ("same-origin",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
}
PAGES = ("/", "/accounts/login/", "/search/?q=a", "/no-such-page/", "/api/v1/procedures/")
FORBIDDEN_IN_POLICY = ("'unsafe-inline'", "'unsafe-eval'")


def faults(address: str) -> Iterator[str]:
    """One line for each header or cookie that is missing or too weak."""
    for page in PAGES:
        try:
            with urllib.request.urlopen(address + page, timeout=10) as answer:  # noqa: S310 - our own loopback address
                headers = answer.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        for name, parts in EXPECTED.items():
            given = headers.get(name, "")
            yield from (f"{page}: {name} lacks {part}" for part in parts if part not in given)
        policy = headers.get("Content-Security-Policy", "")
        yield from (
            f"{page}: {name} in the policy" for name in FORBIDDEN_IN_POLICY if name in policy.split("style-src")[0]
        )
        for cookie in headers.get_all("Set-Cookie", []):
            name = cookie.partition("=")[0]
            lower = cookie.lower()
            if "samesite=lax" not in lower:
                yield f"{page}: cookie {name} goes to other sites"
            if name != "csrftoken" and "httponly" not in lower:
                yield f"{page}: cookie {name} can be read by scripts"
        if "Server" in headers and any(letter.isdigit() for letter in headers["Server"]):
            yield f"{page}: tells its version: {headers['Server']}"
