"""The gateway's HTTP interface: signed for the portal, plain for payers, a control panel for tests."""

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from sandbox.gateway import pages, signing
from sandbox.gateway.callbacks import PLANS, Caller, said
from sandbox.gateway.store import Conflict, Store

NUMBER = r"([A-Za-z0-9-]{1,40})"


@dataclass
class Gateway:
    """What every request needs."""

    store: Store
    caller: Caller
    secret: str
    callback_secret: str
    refunds_end_as: str = "succeeded"


class Server(ThreadingHTTPServer):
    """One thread per request."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], gateway: Gateway) -> None:
        super().__init__(address, Handler)
        self.gateway = gateway


class Handler(BaseHTTPRequestHandler):
    """Routes by method and path; everything under ``/pay/`` is for people."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer on an open connection waits 40 ms for an acknowledgement
    server: Server

    @property
    def gateway(self) -> Gateway:
        return self.server.gateway

    def do_GET(self) -> None:
        self._route(
            {
                r"/healthz": self._health,
                r"/style\.css": self._style,
                rf"/pay/{NUMBER}": self._checkout,
                rf"/orders/{NUMBER}": self._order,
                r"/statements/(\d{4}-\d\d-\d\d)\.csv": self._statement,
            }
        )

    def do_POST(self) -> None:
        self._route(
            {
                rf"/pay/{NUMBER}": self._pay,
                r"/orders": self._open_order,
                rf"/orders/{NUMBER}/close": self._close_order,
                r"/refunds": self._refund,
                r"/control": self._control,
            }
        )

    def _route(self, routes) -> None:
        self.body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65_536))
        for pattern, handle in routes.items():
            match = re.fullmatch(pattern, urlsplit(self.path).path)
            if match:
                handle(*match.groups())
                return
        self._json(404, {"error": "not found"})

    # --- for payers ------------------------------------------------------------------------------

    def _health(self) -> None:
        self._answer(200, b"ok", "text/plain")

    def _style(self) -> None:
        self._answer(200, pages.STYLE.encode(), "text/css; charset=utf-8")

    def _checkout(self, reference: str) -> None:
        order = self.gateway.store.find("reference", reference)
        if order is None or order["kind"] != "payment":
            self._page(404, pages.message("没有这笔订单"))
        else:
            self._page(200, pages.checkout(order), back=order["return_url"])

    def _pay(self, reference: str) -> None:
        order = self.gateway.store.find("reference", reference)
        action = parse_qs(self.body.decode(errors="replace")).get("action", [""])[0]
        if order is None or order["kind"] != "payment" or action not in {"pay", "cancel"}:
            self._page(404, pages.message("没有这笔订单"))
            return
        self.gateway.store.finish(order["number"], "succeeded" if action == "pay" else "failed")
        self._answer(303, b"", "text/plain", {"Location": order["return_url"]})

    # --- for the portal, signed ------------------------------------------------------------------

    def _open_order(self) -> None:
        if (data := self._signed()) is None:
            return
        try:
            order = self.gateway.store.open_order(
                data["number"],
                str(Decimal(data["amount"])),
                data["title"],
                _utc(data["expires_at"]),
                data["return_url"],
            )
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            self._json(400, {"error": f"{type(error).__name__}"})
        except Conflict as error:
            self._json(409, {"error": str(error)})
        else:
            self._json(200, {**said(order, order["status"]), "pay_path": f"/pay/{order['reference']}"})

    def _order(self, number: str) -> None:
        if self._signed() is not None:
            self._tell(self.gateway.store.find("number", number))

    def _close_order(self, number: str) -> None:
        if self._signed() is not None:
            self._tell(self.gateway.store.finish(number, "closed"))

    def _refund(self) -> None:
        if (data := self._signed()) is None:
            return
        try:
            row = self.gateway.store.refund(
                data["number"], data["order"], str(Decimal(data["amount"])), status=self.gateway.refunds_end_as
            )
        except (KeyError, TypeError, ArithmeticError) as error:
            self._json(400, {"error": f"{type(error).__name__}"})
        except Conflict as error:
            self._json(409, {"error": str(error)})
        else:
            self._tell(row)

    def _statement(self, day: str) -> None:
        if self._signed() is None:
            return
        rows = self.gateway.store.statement(day)
        total = sum((Decimal(row["paid"]) * (-1 if row["kind"] == "refund" else 1) for row in rows), Decimal("0.00"))
        lines = ["kind,number,reference,amount,at"]
        lines += [
            f"{row['kind']},{row['number']},{row['reference']},{row['paid']},{row['happened_at']}" for row in rows
        ]
        lines.append(f"TOTAL,{len(rows)},,{total},")
        body = ("\n".join(lines) + "\n").encode()
        self._answer(200, body, "text/csv", signing.headers(body, self.gateway.callback_secret))

    def _control(self) -> None:
        """Chaos for tests: plan the next callbacks, say anything about an order, pay as a payer would."""
        if (data := self._signed()) is None:
            return
        gateway = self.gateway
        gateway.caller.plans.extend(plan for plan in data.get("plans", ()) if plan in PLANS)
        gateway.refunds_end_as = data.get("refunds_end_as", gateway.refunds_end_as)
        if "finish" in data:
            gateway.store.finish(data["finish"], data.get("status", "succeeded"), paid=data.get("paid"))
        if "say" in data:
            gateway.store.queue(data["say"], data["status"])
        self._json(200, {})

    # --- answers ---------------------------------------------------------------------------------

    def _signed(self) -> dict | None:
        """The JSON of a properly signed request; otherwise the refusal is already sent."""
        signed = f"{self.command} {self.path}\n".encode() + self.body
        problem = signing.problem(signed, self.headers, self.gateway.secret)
        if not problem and not self.gateway.store.first_use(self.headers["X-Nonce"]):
            problem = "nonce"
        if problem:
            self._json(401, {"error": problem})
            return None
        try:
            data = json.loads(self.body or b"{}")
        except ValueError:
            data = None
        if not isinstance(data, dict):
            self._json(400, {"error": "JSON"})
            return None
        return data

    def _tell(self, row) -> None:
        if row is None:
            self._json(404, {"error": "not found"})
        else:
            self._json(200, said(row, row["status"]))

    def _json(self, status: int, data: dict) -> None:
        body = json.dumps(data).encode()
        self._answer(status, body, "application/json", signing.headers(body, self.gateway.callback_secret))

    def _page(self, status: int, text: str, back: str | None = None) -> None:
        # The form's answer is a redirect to the merchant, which form-action must allow too.
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(back)) if back else ""
        policy = (
            f"default-src 'none'; style-src 'self'; form-action 'self' {origin}; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        self._answer(status, text.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _answer(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args) -> None:  # noqa: A002 - the base class's name
        """Quiet: the portal's log tells the story."""


def _utc(moment: str) -> str:
    """An ISO moment in UTC, so that moments compare as text."""
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat()
