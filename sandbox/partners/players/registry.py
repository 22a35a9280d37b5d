"""不动产登记中心: checks a tax certificate a day before it registers, and asks what was revoked since (Art 28)."""

from sandbox.partners import day
from sandbox.partners.known import COMPANIES

NAME, CLIENT, EVERY = "上海市不动产登记中心", "demo-registry", 6 * 3600


def play(api) -> int:
    """One check a day, of a certificate the portal does not always know; and which of those relied on were revoked."""
    today = day.today()
    name, _code = COMPANIES[today.toordinal() % len(COMPANIES)]
    body = {
        "asked": f"沪税证〔{today.year}〕{today.timetuple().tm_yday:06d}号",
        "payer": name,
        "matter": "real_estate",
        "matter_number": f"浦{today:%Y%m%d}0001",
    }
    answer = api.post("registry/checks/", body, idempotency_key=f"check-{today.isoformat()}")
    revoked = api.get("registry/revocations/")["results"]
    return len(revoked) + (1 if answer["ref"] else 0)
