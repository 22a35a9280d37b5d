"""A mail server for the demonstration: takes every message and keeps it as a file to read."""

import argparse
import signal
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller


class Mailbox:
    """Writes each message under a running number, in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.last = max((int(file.stem) for file in folder.glob("*.eml") if file.stem.isdigit()), default=0)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's names
        self.last += 1
        (self.folder / f"{self.last:06d}.eml").write_bytes(envelope.content)
        subject = message_from_bytes(envelope.content, policy=policy.default)["Subject"]
        print(f"{self.last:06d}.eml to {', '.join(envelope.rcpt_tos)}: {subject}", flush=True)  # noqa: T201
        return "250 kept"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # before the server's thread is born
    server = Controller(Mailbox(arguments.folder), hostname="127.0.0.1", port=arguments.port)
    server.start()
    signal.sigwait(endings)
    server.stop()


if __name__ == "__main__":
    main()
