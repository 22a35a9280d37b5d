"""A scanner's stand-in: a process that speaks clamd's INSTREAM over a real socket.

``python fake_clamd.py MODE`` prints its port. MODE ``honest`` knows the EICAR test file; the others
misbehave as real scanners have been seen to.
"""

import socketserver
import struct
import sys
import time

EICAR_MARK = b"EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE"


class Session(socketserver.StreamRequestHandler):
    """One INSTREAM session."""

    def handle(self) -> None:
        mode = self.server.mode
        if mode == "hang-up":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        if mode == "slow":
            time.sleep(30)
        reply = "stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR_MARK in content else "stream: OK"
        if mode == "too-large":
            reply = "INSTREAM size limit exceeded. ERROR"
        self.wfile.write(reply[:9].encode() if mode == "truncated" else reply.encode() + b"\0")


def main() -> None:
    """Serve until killed."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        server.mode = sys.argv[1]
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
