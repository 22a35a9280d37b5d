"""Gates that ask a running server: schemathesis, wapiti, sqlmap, and what its log says afterwards."""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from ops.security import places
from ops.security.scanners import said, tool
from ops.security.target import SYSTEMS, Target

AT_ONCE = 2  # scanners side by side
STARTS = {"": ("/",), "accountant": ("/as/{party}/",), "clerk": ("/counter/",), "medical": ("/partner/",)}
MODULES = "sql,xss,exec,file,redirect,crlf"
CRAWL, ATTACK = 25, 12  # seconds wapiti may look around, and attack with each module
# What would end the session, or change who may sign in.
LEFT_ALONE = ("/accounts/*", "/kiosk/*", "/preferences/*", "/admin/*")
EVERYTHING = "."
SELECTED = re.compile(r"Selected: (?P<count>[1-9]\d*)/")
TESTED = re.compile(r"Tested: (?P<count>\d+)")
FAILED = re.compile(r"Internal Server Error: (?P<path>\S+)")
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", re.MULTILINE)


def answers(target: Target) -> list[str]:
    """Every documented call with made-up input, as nobody, a taxpayer and a clerk: no answer may be a 5xx.

    Partner systems are asked for what their scopes open; the rest would only be refused to them.
    """
    asked = dict.fromkeys(("", "demo-registry") if target.planted else ("", "accountant", "clerk"), EVERYTHING)
    if not target.planted:
        asked |= {f"demo-{code}": rooms for code, rooms in SYSTEMS.items()}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: _asked(target, *one), asked.items())
        return sorted({line for lines in found for line in lines})


def _asked(target: Target, account: str, paths: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        options = ("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing", "--max-examples", 4)
        options += ("--generation-deterministic", "--no-shrink", "--no-color", "--include-path-regex", paths)
        options += ("--request-timeout", 20, "--suppress-health-check", "all", "--continue-on-failure")
        words = said(
            *(sys.executable, "-m", "schemathesis.cli", "run", target.schema, "--url", target.address),
            *(*options, *_headers(target.headers(account))),
            cwd=Path(folder),
            minutes=12,
        )
    who = account or "nobody"
    tested, selected = TESTED.search(words), SELECTED.search(words)
    if not (tested and selected and tested["count"] == selected["count"]):
        return [f"not every call was tried as {who}: {words[-500:]}"]
    return list(_failures(words, who))


def _headers(given: Mapping[str, str]) -> list[str]:
    return [part for name, value in given.items() for part in ("--header", f"{name}: {value}")]


def _failures(words: str, who: str) -> Iterator[str]:
    """The operations schemathesis names above a server error."""
    operation = ""
    for line in words.splitlines():
        if line.startswith("_____"):
            operation = line.strip("_ ")
        elif line.startswith("- ") and "Server error" in line:
            yield f"{operation} as {who}: {line.strip('- ')}"


def scanned(target: Target) -> list[str]:
    """Wapiti: injection, reflected script, files, redirects, in what each account finds by following links."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [line for lines in pool.map(lambda account: _crawled(target, account), STARTS) for line in lines]


def _crawled(target: Target, account: str) -> list[str]:
    starts = [target.address + start.format(party=target.party) for start in STARTS[account]]
    starts += places.of(target, account)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["-m", MODULES, "--flush-session", "--max-scan-time", CRAWL, "--max-attack-time", ATTACK, "-d", 2]
        options += ["-f", "json", "-o", report, "--no-bugreport", "-v", 0, "--scope", "domain"]
        options += [part for start in starts for part in ("-s", start)]
        options += [part for path in LEFT_ALONE for part in ("-x", target.address + path)]
        if account:
            options += ["-C", target.headers(account)["Cookie"]]
        stores = ("--store-session", folder, "--store-config", folder)
        words = said(tool("wapiti"), "-u", f"{target.address}/", *options, *stores, cwd=Path(folder))
        if not report.exists():
            return [f"wapiti as {account or 'nobody'} wrote no report: {words[-300:]}"]
        return [
            f"{kind} as {account or 'nobody'}: {found['method']} {found['path']} {found['parameter']}: {found['info']}"
            for kind, rows in json.loads(report.read_text())["vulnerabilities"].items()
            for found in rows
        ]


def injected(target: Target) -> list[str]:
    """sqlmap on every parameter of the listed addresses."""
    tried = [(account, address) for account in places.PLACES for address in places.of(target, account)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [line for lines in pool.map(lambda one: _injected(target, *one), tried) for line in lines]


def _injected(target: Target, account: str, address: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        options = ["--batch", "--level", 1, "--risk", 1, "--technique", "BEU", "--output-dir", folder]
        if account:
            options += ["--cookie", target.headers(account)["Cookie"]]
        words = said(tool("sqlmap"), "-u", address, *options, cwd=Path(folder), minutes=10)
    where = f"{urlsplit(address).path} as {account or 'nobody'}"
    if "all tested parameters do not appear to be injectable" in words:
        return []
    found = re.findall(r"^Parameter: (.+)$", words, re.MULTILINE)
    return [f"{where}: {parameter}" for parameter in found] or [f"{where}: no verdict: {words[-300:]}"]


def broken(target: Target) -> list[str]:
    """Requests the server's log says it failed at while it was scanned: path, and where and how it went wrong."""
    entries = ENTRY.split(target.log.read_text(encoding="utf-8", errors="replace"))
    found = {}
    for entry in entries:
        for failed in FAILED.finditer(entry):
            lines = [line.strip() for line in entry.splitlines() if line.strip()]
            ours = [line for line in lines if "/apps/" in line]
            found[lines[-1]] = f"{failed['path']}: {lines[-1]} ({ours[-1] if ours else 'not in our code'})"
    return sorted(found.values())
