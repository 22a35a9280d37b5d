"""Run the sandbox identity provider: ``python -m sandbox.identity --port 8103``.

Client id, secret and the portal's address come from the environment (OIDC_CLIENT_ID,
OIDC_CLIENT_SECRET, PUBLIC_URL), as the portal's own do. The key and the database are new at
each start; subjects stay the same, because people are entered in the same order.
"""

import argparse
import os
import secrets
import signal
import tempfile
from pathlib import Path

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

CALLBACK = "/accounts/oidc/ywtb/login/callback/"


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def configure(*, issuer: str, database: Path, code_lifetime: int) -> None:
    """Django settings of this process."""
    settings.configure(
        SECRET_KEY=secrets.token_urlsafe(48),
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="sandbox.identity.urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGIN_URL="login",
        # Cookies know no ports: a name of our own keeps the portal's session on the same host alive.
        SESSION_COOKIE_NAME="identity_session",
        CSRF_COOKIE_NAME="identity_csrf",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": _new_key(),
            "OAUTH2_VALIDATOR_CLASS": "sandbox.identity.claims.Claims",
            "SCOPES": {"openid": "登录", "profile": "姓名", "identity": "实名信息"},
            "PKCE_REQUIRED": True,
            "AUTHORIZATION_CODE_EXPIRE_SECONDS": code_lifetime,
        },
    )
    django.setup()


def fill(*, client_id: str, client_secret: str, portal: str) -> None:
    """Tables, people, and the portal as the only client."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - models exist only after configure()
    from oauth2_provider.models import Application  # noqa: PLC0415 - as above

    from sandbox.identity.people import PASSWORD, PEOPLE  # noqa: PLC0415 - beside the models it fills

    call_command("migrate", verbosity=0)
    password = make_password(PASSWORD)
    User.objects.bulk_create(User(username=username, password=password) for username in PEOPLE)
    portals = {portal, portal.replace("127.0.0.1", "localhost")}
    Application.objects.create(
        client_id=client_id,
        client_secret=client_secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=" ".join(address + CALLBACK for address in sorted(portals)),
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
        name="上海税费服务",
    )


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(prog="python -m sandbox.identity", description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--issuer", help="the address others use, by default http://127.0.0.1:PORT")
    options.add_argument("--code-lifetime", type=int, default=60, help="seconds until an authorization code expires")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so the folder below is cleaned up
    with tempfile.TemporaryDirectory(prefix="identity-") as folder:
        configure(
            issuer=chosen.issuer or f"http://127.0.0.1:{chosen.port}",
            database=Path(folder) / "identity.sqlite3",
            code_lifetime=chosen.code_lifetime,
        )
        fill(
            client_id=os.environ.get("OIDC_CLIENT_ID", "shanghai-tax-portal"),
            client_secret=os.environ["OIDC_CLIENT_SECRET"],
            portal=os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        )
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - needs the settings above

        server = ThreadedWSGIServer((chosen.host, chosen.port), WSGIRequestHandler)
        server.set_app(get_wsgi_application())
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()


if __name__ == "__main__":
    main()
