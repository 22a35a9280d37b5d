"""``python -m sandbox.gateway --port 8090 --secret … [--callback-secret …] [--portal URL] [--state FILE]``"""

import argparse
import logging
import os
import tempfile
from pathlib import Path

from sandbox.gateway.callbacks import Caller
from sandbox.gateway.server import Gateway, Server
from sandbox.gateway.store import Store

logger = logging.getLogger("sandbox.gateway")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.gateway", description="The sandbox payment gateway.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--secret", default=os.environ.get("PAYMENT_GATEWAY_SECRET"), help="signs the portal's requests"
    )
    parser.add_argument(
        "--callback-secret",
        default=os.environ.get("PAYMENT_CALLBACK_SECRET"),
        help="signs answers and callbacks; by default the same secret",
    )
    parser.add_argument("--portal", default=os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--state", type=Path, help="file that keeps the orders; by default a fresh one")
    arguments = parser.parse_args()
    if not arguments.secret:
        parser.error("--secret or PAYMENT_GATEWAY_SECRET is needed")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    store = Store(arguments.state or Path(tempfile.mkdtemp(prefix="gateway-")) / "orders.sqlite3")
    callback_secret = arguments.callback_secret or arguments.secret
    caller = Caller(store, url=f"{arguments.portal.rstrip('/')}/payments/callback/", secret=callback_secret)
    caller.start()
    server = Server((arguments.host, arguments.port), Gateway(store, caller, arguments.secret, callback_secret))
    logger.info("Sandbox gateway at http://%s:%d, portal %s", arguments.host, arguments.port, arguments.portal)
    server.serve_forever()


if __name__ == "__main__":
    main()
