"""Settings: everything that differs between places comes from the environment."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import environ
from kombu import Queue
from whitenoise.compress import Compressor

from taxportal import logs
from taxportal.schedules import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- place and secrets -------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000")
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
STATE_DIR = Path(env("STATE_DIR", default=str(BASE_DIR / ".run")))

# --- apps --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "apps.portal",
    "apps.services",
    "apps.datashare",
    "apps.collaboration",
    "apps.supervision",
    "apps.kernel.casework",
    "apps.kernel.ledger",
    "apps.kernel.notifications",
    "apps.kernel.retention",
    "apps.kernel.documents",
    "apps.kernel.facts",
    "apps.kernel.rules",
    "apps.kernel.audit",
    "apps.kernel.workcalendar",
    "apps.kernel.parties",
    "apps.kernel.kept",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "lucide",
]

MIDDLEWARE = [
    "taxportal.logs.RequestNumberMiddleware",
    "apps.portal.metrics.counting.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.services.channels.kiosk.KioskMiddleware",
    "apps.portal.middleware.NoCopiesMiddleware",
    "apps.portal.middleware.UserLanguageMiddleware",
    "apps.portal.middleware.NotAllowedMiddleware",
    "apps.portal.middleware.NoNulMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.kernel.parties.middleware.StaffSecondFactorMiddleware",
    "apps.kernel.parties.middleware.ActingForMiddleware",
]

ROOT_URLCONF = "taxportal.urls"
WSGI_APPLICATION = "taxportal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.portal.context.shell",
            ],
        },
    },
]

# --- database, cache, broker -------------------------------------------------------------
_ENGINE = "taxportal.database"
DATABASE_URL = env.db_url("DATABASE_URL", engine=_ENGINE)
# "evidence" is a second connection to the same database: a refused attempt is recorded on
# it, so the record survives the rollback of the work that was refused. Behind a pooler it has a pool of
# its own, or transactions that each wait for a second connection could use the pool up.
DATABASES = {
    "default": DATABASE_URL,
    "evidence": env.db_url("EVIDENCE_DATABASE_URL", default=env("DATABASE_URL"), engine=_ENGINE),
}
# A streaming replica serves reads that may be some seconds old; without an address the main database does.
if env("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = {**env.db_url("DATABASE_REPLICA_URL", engine=_ENGINE), "TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["apps.kernel.replica.Router"]
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    # A pooler in transaction mode gives each transaction another connection: no cursor outlives one.
    _database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DATABASE_POOLED", default=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
_CACHE_PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 5}  # seconds
CACHES = {
    "default": {"BACKEND": "taxportal.cache.Cache", "LOCATION": REDIS_URL, "OPTIONS": _CACHE_PATIENCE},
    # What is kept only to save work, sessions and to-dos: the database has it as well.
    "kept": {"BACKEND": "taxportal.cache.Spare", "LOCATION": REDIS_URL, "OPTIONS": _CACHE_PATIENCE},
    # Parts of pages that follow from language and identity alone: each process keeps its own.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "kept"

CELERY_BROKER_URL = REDIS_URL
# Two queues: "prompt" is what somebody waits for (messages, letters, files, payments), the other takes runs over the
# whole city as well. A worker takes both unless it is told -Q; one for each, and no run makes a letter late.
CELERY_TASK_QUEUES = [Queue("celery", routing_key="celery"), Queue("prompt", routing_key="prompt")]
CELERY_TASK_ROUTES = {
    "notifications.*": {"queue": "prompt"},
    "documents.*": {"queue": "prompt"},
    "ledger.reconcile": {"queue": "prompt"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Publishing gives up at once: a request never waits for a broker that is away.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SYNC_EVERY = 1  # tasks: when each was last sent is written at once, so that the table shows beat is alive
CELERY_TIMEZONE = "Asia/Shanghai"

# --- language and time -------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "taxportal.formats"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- identity ----------------------------------------------------------------------------
AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Sign-in with a user name; five failures in five minutes lock the name for the rest of the window.
ACCOUNT_ADAPTER = "apps.kernel.parties.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "apps.kernel.parties.forms.SignInForm",
    "signup": "apps.kernel.parties.forms.RegistrationForm",
    "reauthenticate": "apps.kernel.parties.forms.PasswordAgainForm",
    "change_password": "apps.kernel.parties.forms.ChangePasswordForm",
    "set_password": "apps.kernel.parties.forms.SetPasswordForm",
    "reset_password": "apps.kernel.parties.forms.ForgottenPasswordForm",
    "reset_password_from_key": "apps.kernel.parties.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/5m/ip,5/5m/key",
    "signup": "30/m/ip",
}
# How many of our own proxies stand between the browser and the portal; they name the browser's address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# The second factor; whoever works in an office must have one (StaffSecondFactorMiddleware).
MFA_ADAPTER = "apps.kernel.parties.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.kernel.parties.forms.SecondFactorForm",
    "reauthenticate": "apps.kernel.parties.forms.SecondFactorAgainForm",
    "activate_totp": "apps.kernel.parties.forms.ActivateAppForm",
    "add_webauthn": "apps.kernel.parties.forms.AddKeyForm",
    "edit_webauthn": "apps.kernel.parties.forms.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "上海税费服务"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_URL.startswith("https://")

# 一网通办 single sign-on: an OpenID Connect provider; without an address it is not offered.
SOCIALACCOUNT_ADAPTER = "apps.kernel.parties.adapters.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
OIDC_ISSUER_URL = env("OIDC_ISSUER_URL", default="")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "ywtb",
                "name": "一网通办",
                "client_id": env("OIDC_CLIENT_ID", default="shanghai-tax-portal"),
                "secret": env("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER_URL, "scope": ["openid", "profile", "identity"]},
            }
        ]
        if OIDC_ISSUER_URL
        else [],
    }
}

# Partner systems: client credentials, each client within its own scopes.
OAUTH2_PROVIDER_APPLICATION_MODEL = "parties.PartnerClient"
OAUTH2_PROVIDER = {
    "APPLICATION_ADMIN_CLASS": "apps.kernel.parties.admin.PartnerClientAdmin",
    "SCOPES_BACKEND_CLASS": "apps.kernel.parties.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{practice}": True
        for practice in (
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "TOKEN_STORAGE",
        )
    },
}

# --- safety ------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked inside the house, where there is no TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:  # browsers take such a cookie from this host alone, and only over TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "apps.portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
if OIDC_ISSUER_URL:
    # Browsers check the redirect that answers a form against form-action too.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(
        "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER_URL))
    )

# --- files -------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "taxportal.staticfiles.Storage"},
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("EVIDENCE_DIR", default=str(STATE_DIR / "evidence"))},
    },
    "archive": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("ARCHIVE_DIR", default=str(STATE_DIR / "archive"))},
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- uploads -----------------------------------------------------------------------------
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_MAX_PIXELS = 50_000_000
UPLOAD_UNPACKED_MAX_BYTES = 100 * 1024 * 1024
UPLOAD_MAX_RATIO = 100
UPLOAD_MAX_ENTRIES = 1000
UPLOAD_MAX_NESTING = 2
# tcp://host:port of clamd. Where it is empty, files are marked as not scanned.
CLAMD_URL = env("CLAMD_URL", default="")

# --- evidence ----------------------------------------------------------------------------
# A base64 Ed25519 seed of 32 bytes signs checkpoints; former or foreign public keys are only trusted.
AUDIT_SIGNING_KEY = env("AUDIT_SIGNING_KEY", default="")
AUDIT_TRUSTED_KEYS = env.list("AUDIT_TRUSTED_KEYS", default=[])

# --- API ---------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.kernel.parties.api_auth.PartnerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.kernel.json_bodies.ObjectParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.portal.api_errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "上海税费服务 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "defaultModelsExpandDepth": -1, "docExpansion": "none"},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "OAUTH2_FLOWS": ["clientCredentials"],
    "OAUTH2_TOKEN_URL": "/oauth/token/",
    "ENUM_NAME_OVERRIDES": {
        "InvoiceKindEnum": "apps.services.invoices.models.invoices.Invoice.Kind",
        "InvoiceStatusEnum": "apps.services.invoices.models.invoices.Invoice.Status",
        "UseMarkKindEnum": "apps.services.invoices.models.archiving.UseMark.Kind",
        "WindowKindEnum": "apps.services.sites.models.WindowKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.portal.api_docs.common_to_all",
    ],
}

# --- mail and adapters -------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:2525")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="no-reply@tax-portal.example")
EMAIL_TIMEOUT = 10
# A channel without its address and secret is not offered; the admin says what is missing.
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_SECRET = env("SMS_GATEWAY_SECRET", default="")
YWTB_PUSH_URL = env("YWTB_PUSH_URL", default="")
YWTB_PUSH_SECRET = env("YWTB_PUSH_SECRET", default="")
# Where 一网通办 takes case status and to-dos; signed with YWTB_PUSH_SECRET too.
YWTB_STATUS_URL = env("YWTB_STATUS_URL", default="")

# --- other provinces ---------------------------------------------------------------------
# The province this portal serves, and the Ed25519 seed (base64, 32 bytes) it signs with.
REGION = env("REGION", default="310000")
REGION_SIGNING_KEY = env("REGION_SIGNING_KEY", default="")

# --- payment gateway ---------------------------------------------------------------------
# The portal calls PAYMENT_GATEWAY_URL; payers' browsers are sent to PAYMENT_GATEWAY_PUBLIC_URL.
PAYMENT_GATEWAY_URL = env("PAYMENT_GATEWAY_URL", default="http://127.0.0.1:8090")
PAYMENT_GATEWAY_PUBLIC_URL = env("PAYMENT_GATEWAY_PUBLIC_URL", default=PAYMENT_GATEWAY_URL)
PAYMENT_GATEWAY_SECRET = env("PAYMENT_GATEWAY_SECRET", default="")
PAYMENT_CALLBACK_SECRET = env("PAYMENT_CALLBACK_SECRET", default=PAYMENT_GATEWAY_SECRET)
# Browsers check the redirect that answers a form against form-action too.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(PAYMENT_GATEWAY_PUBLIC_URL)

# --- pulls -------------------------------------------------------------------------------
# Hosts that may be pulled from, beside those listed in admin; loopback only where it is allowed.
PULLS_ALLOWED_HOSTS = env.list("PULLS_ALLOWED_HOSTS", default=["127.0.0.1"] if PORTAL_DEMO else [])
PULLS_ALLOW_LOOPBACK = env.bool("PULLS_ALLOW_LOOPBACK", default=PORTAL_DEMO)
# Secrets of sources: environment variables, or files in this folder, named PULL_…
PULLS_SECRETS_DIR = env("PULLS_SECRETS_DIR", default="/run/secrets")
# Where departments' files are dropped.
PULLS_DROP_DIR = env("PULLS_DROP_DIR", default=str(STATE_DIR / "drop"))
PULLS_UNPACKED_MAX_BYTES = 8 * 1024**3
# Where OpenLineage events go besides the run: a file (ndjson), an endpoint, both or neither.
PULLS_LINEAGE_NAMESPACE = env("PULLS_LINEAGE_NAMESPACE", default="tax-portal")
PULLS_LINEAGE_FILE = env("PULLS_LINEAGE_FILE", default="")
PULLS_LINEAGE_URL = env("PULLS_LINEAGE_URL", default="")

# --- schedules ---------------------------------------------------------------------------
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# --- metrics -----------------------------------------------------------------------------
# Who may ask /metrics: whoever sends the token, and the networks named here. With neither there is no such page.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("METRICS_NETWORKS", default=[])
# Processes of one web server share a parent and this folder; servers in containers may share the one above.
METRICS_DIR = STATE_DIR / "metrics" / f"{socket.gethostname()}-{os.getppid()}"
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)  # read when the library is imported

# --- traces ------------------------------------------------------------------------------
# Where an OpenTelemetry collector listens (OTLP over HTTP); without it nothing is traced.
if env("OTEL_EXPORTER_OTLP_ENDPOINT", default=""):
    MIDDLEWARE.insert(1, "taxportal.telemetry.TracingMiddleware")

# --- logs --------------------------------------------------------------------------------
LOGGING = logs.configuration(form=env("LOG_FORMAT", default="text"), level=env("LOG_LEVEL", default="INFO"))
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
