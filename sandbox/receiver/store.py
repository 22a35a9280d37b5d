"""What has arrived: each message once, one line of a file, and of each stream only the newest state."""

import json
import threading
import time
from pathlib import Path
from typing import Any


class Store:
    """Messages by key in order of arrival; the file holds them across restarts."""

    def __init__(self, file: Path) -> None:
        self.file, self.lock = file, threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.messages: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        self.posts = 0
        for line in lines:
            self._keep(json.loads(line))

    def take(self, key: str, content: dict[str, Any]) -> bool:
        """Keep a message; false when it had arrived before."""
        with self.lock:
            self.posts += 1
            if key in self.messages:
                return False
            message = {"key": key, "arrived": f"{time.strftime('%Y-%m-%d %H:%M:%S')}", "content": content}
            with self.file.open("a", encoding="utf-8") as output:
                output.write(json.dumps(message, ensure_ascii=False) + "\n")
            self._keep(message)
            return True

    def _keep(self, message: dict[str, Any]) -> None:
        content = message["content"]
        self.messages[message["key"]] = message
        stream = content.get("number") or content.get("party")
        # An older state that arrives late is kept on record and never shown over a newer one.
        if stream and self.shown.get(stream, {"sequence": 0})["sequence"] < content.get("sequence", 0):
            self.shown[stream] = content
