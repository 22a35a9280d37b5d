"""Runs the gates of `make security`, first on planted faults, then on the portal; prints a table."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.run import portal
from ops import demo, environment, ports
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import Service, end_with_parent
from ops.security import headers
from ops.supervisor import Supervisor
from ops.valkey import Valkey

HERE = Path(__file__).parent
TOOLS = environment.STATE / "security"  # environments of scanners whose own requirements disagree with ours
SCANNERS = {"semgrep": "semgrep==1.185.0", "sqlmap": "sqlmap==1.10.10", "wapiti": "wapiti3==3.2.3"}
CODE = ("apps", "taxportal", "sandbox", "ops", "templates")
MINUTES = 2  # for a scanner that would go on for ever


@dataclass(frozen=True)
class Target:
    """What a gate looks at: code in a folder, or a server and the description of its API."""

    code: Path
    address: str
    schema: str
    token: str = ""


@dataclass(frozen=True)
class Gate:
    """A scanner's verdict: True when it found nothing."""

    name: str
    clean: Callable[[Target], bool]


def tool(name: str) -> str:
    """A scanner in an environment of its own, installed when it is first asked for."""
    folder = TOOLS / name
    program = folder / "bin" / name
    if not program.exists():
        print(f"Installing {SCANNERS[name]} (once)", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-qq", SCANNERS[name]], check=True)
    return str(program)


def _quiet(*command: str | Path, cwd: Path | None = None, timeout: float = 60 * MINUTES) -> tuple[int, str]:
    """A command's status and words; one that runs out of time has found nothing so far."""
    try:
        run = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as expired:
        return 0, (expired.stdout or b"").decode(errors="replace")
    return run.returncode, run.stdout + run.stderr


def _told(found, words: str) -> bool:
    """Whether nothing was found; what was found is shown."""
    if found:
        print("\n".join(f"     {line}" for line in words.splitlines()[-40:]), flush=True)
    return not found


def bandit(target: Target) -> bool:
    """Dangerous calls in Python. What is of medium weight is reviewed line by line by ruff's S rules in `make test`."""
    status, words = _quiet(sys.executable, "-m", "bandit", "-q", "-lll", "-r", *_places(target))
    return _told(status != 0, words)


def own_rules(target: Target) -> bool:
    """The rules of this house."""
    options = ("--config", HERE / "rules.yaml", "--metrics=off", "--disable-version-check", "--error", "--quiet")
    status, words = _quiet(tool("semgrep"), "scan", *options, "--no-git-ignore", *_places(target), cwd=target.code)
    return _told(status != 0, words)


def _places(target: Target) -> list[Path]:
    """Our folders of the house; a planted folder whole. Planted faults are not ours."""
    ours = [target.code / name for name in CODE if (target.code / name).exists()]
    return ours or [target.code]


def answers(target: Target) -> bool:
    """Every documented call with made-up input, as nobody and as a partner system: no answer may be a 5xx."""
    common = ("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing", "--max-examples", 8)
    common += ("--request-timeout", 20, "--no-color", "--suppress-health-check", "all")
    well = True
    for token in ("", target.token):
        signed = ("--header", f"Authorization: Bearer {token}") if token else ()
        command = ("-m", "schemathesis.cli", "run", target.schema, "--url", target.address, *common, *signed)
        status, words = _quiet(sys.executable, *map(str, command), timeout=60 * 8)
        well = _told(status != 0 and "Server error" in words, words) and well
    return well


def scanned(target: Target) -> bool:
    """Wapiti: injection and reflected script in what it finds by following links."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.txt"
        options = ("-m", "sql,xss,exec,file,redirect,crlf", "--flush-session", "--max-scan-time", "90", "-d", "3")
        options += ("--max-attack-time", "40", "-f", "txt", "-o", report, "--no-bugreport", "--color", "-v", "0")
        _quiet(tool("wapiti"), "-u", f"{target.address}/", *options, "--store-session", folder, cwd=Path(folder))
        words = report.read_text() if report.exists() else ""
    return _told("Evil request" in words, words)


def injected(target: Target) -> bool:
    """sqlmap on the search that everybody may use."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("--batch", "--level", "1", "--risk", "1", "--technique", "BEU", "--output-dir", folder)
        _status, words = _quiet(tool("sqlmap"), "-u", f"{target.address}/search/?q=a", *options)
    return _told("is vulnerable" in words or "sqlmap identified the following" in words, words)


def headers_and_cookies(target: Target) -> bool:
    """What every answer must carry."""
    found = list(headers.faults(target.address))
    return _told(bool(found), "\n".join(found))


GATES = (
    Gate("bandit: dangerous calls", bandit),
    Gate("semgrep: rules of this house", own_rules),
    Gate("headers and cookies", headers_and_cookies),
    Gate("schemathesis: no answer is a 5xx", answers),
    Gate("wapiti: injection, reflected script", scanned),
    Gate("sqlmap: the public search", injected),
)


def judge(gate: Gate, planted: Target, real: Target) -> str:
    """``ok``, ``FAULT``, or ``BLIND`` when the gate does not see what was planted."""
    print(f"{gate.name}: on planted faults (something must be found)", flush=True)
    if gate.clean(planted):
        return "BLIND"
    print(f"{gate.name}: on the portal", flush=True)
    return "ok" if gate.clean(real) else "FAULT"


def run(place: Path, chosen: str) -> bool:
    """Whether every gate sees and finds nothing."""
    password = "security"  # noqa: S105 - of a server that lives for some minutes on loopback
    supervisor = Supervisor(Record(place / "processes"))
    postgres = Postgres(state=place, port=ports.free(), password=password, log=place / "postgres.log", throwaway=True)
    valkey = Valkey(state=place, port=ports.free(), password=password, log=place / "valkey.log", throwaway=True)
    port, planted_port = ports.free(), ports.free()
    address, planted_address = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{planted_port}"
    settings = {
        **{name: make() for name, make in environment.SECRETS.items()},
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": postgres.url("security"),
        "REDIS_URL": valkey.url,
        "PUBLIC_URL": address,
        "STATE_DIR": str(place / "state"),
        "PORTAL_DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    planted_server = Service(
        name="planted",
        command=[sys.executable, "-m", "ops.security.planted", "--port", str(planted_port)],
        cwd=environment.HOME,
        log=place / "planted.log",
        ready=lambda: ports.answers(planted_port),
    )
    try:
        supervisor.start(postgres.service(), valkey.service(), planted_server)
        postgres.create_database("security")
        (place / "state").mkdir()
        subprocess.run([sys.executable, "-m", "ops.fill"], cwd=environment.HOME, env=settings, check=True)
        supervisor.start(portal(place, settings, port))
        code = place / "planted"
        code.mkdir()
        shutil.copy(HERE / "planted_code" / "planted_views.py.txt", code / "planted_views.py")
        planted = Target(code, planted_address, f"{planted_address}/schema.json")
        real = Target(environment.HOME, address, f"{address}/api/v1/schema/", token(address))
        verdicts = []
        for gate in (each for each in GATES if chosen in each.name):
            started = time.monotonic()
            verdicts.append((gate.name, judge(gate, planted, real), time.monotonic() - started))
    finally:
        supervisor.stop()
    print()
    for name, verdict, seconds in verdicts:
        print(f"{verdict:<7}{name:<42}{seconds:6.1f} s")
    return all(verdict == "ok" for _name, verdict, _seconds in verdicts)


def token(address: str) -> str:
    """What a partner system of the demonstration gets at the token endpoint."""
    import httpx  # noqa: PLC0415 - only where a portal runs

    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{address}/oauth/token/", data=form, auth=("demo-registry", demo.PASSWORD), timeout=10)
    return answer.raise_for_status().json()["access_token"]


def main() -> int:
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="taxportal-security-") as folder:
        return 0 if run(Path(folder), sys.argv[1] if len(sys.argv) > 1 else "") else 1


if __name__ == "__main__":
    sys.exit(main())
