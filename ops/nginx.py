"""Debian's nginx with ``deploy/nginx.conf`` as containers use it, in front of web processes on this machine."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from ops import accounts, ports
from ops.environment import HOME
from ops.install import program
from ops.processes import Service

SITE = HOME / "deploy" / "nginx.conf"
# What the image of nginx brings with it: the frame around the site, here without root and without a daemon.
FRAME = Template("""\
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    include $folder/site.conf;
}
""")


@dataclass(frozen=True, kw_only=True)
class Nginx:
    """One nginx: where its files are, on which port it listens, the ports of the web processes behind it."""

    state: Path
    port: int
    portals: Sequence[int]
    log: Path

    def service(self) -> Service:
        """The server as a process."""
        account = accounts.unprivileged()
        folder = accounts.owned_folder(accounts.server_home(self.state, account=account) / "nginx", account=account)
        site = site_for(f"127.0.0.1:{self.port}", [f"127.0.0.1:{port}" for port in self.portals])
        for name, text in (("nginx.conf", FRAME.substitute(folder=folder)), ("site.conf", site)):
            (folder / name).write_text(text, encoding="utf-8")
            if account is not None:
                os.chown(folder / name, account, account)
        return Service(
            name="nginx",
            command=[program("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"],
            cwd=folder,
            log=self.log,
            account=account,
            ready=lambda: ports.answers(self.port),
        )


def site_for(listen: str, servers: Sequence[str]) -> str:
    """The site with its two variables filled in, as the image's envsubst does it: nginx's own stay."""
    text = SITE.read_text(encoding="utf-8")
    lines = " ".join(f"server {server};" for server in servers)
    return text.replace("${PORTAL_LISTEN}", listen).replace("${PORTAL_SERVERS}", lines)
