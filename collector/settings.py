"""Django settings of the collector, all of them read from the environment.

| variable | meaning | without it |
| --- | --- | --- |
| BALIE_STATE | folder for the database, the keys and everything else that must last | ~/.local/state/balie-collector |
| DATABASE_URL | sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host:port/name | collector.db in the state folder |
| BALIE_SECRET_KEY_FILE | file with the secret that signs sessions; made on first use, readable by its owner only | secret-key in the state folder |
| BALIE_DIRECTORY_KEY_FILE | Ed25519 key that signs the directory | authority/collector.key in the state folder |
| BALIE_BROKER | mqtts://host:port, or mqtt://host:port without certificates | mqtts://127.0.0.1:8883 |
| BALIE_BROKER_CA, BALIE_BROKER_CERTIFICATE, BALIE_BROKER_KEY | PEM files for mqtts | ca.pem, collector.pem and collector.key in authority in the state folder; with BALIE_SHARDS=00-7f, collector-00-7f.pem and its key |
| BALIE_BROKER_FOLDER | the broker's folder, to shut out at once who is revoked | none: it is told by hand |
| BALIE_DOOR | name and port where devices reach the door, such as shop.example:8443: it stands in their codes | localhost:8443 |
| BALIE_DEVICES_BROKER | name and port where devices reach the broker | the door's name, and the port of BALIE_BROKER |
| BALIE_SHARDS | which devices this ingest takes: a run of shards such as 00-7f; others take the rest | 00-ff: all |
| BALIE_ARCHIVE | folder of archived entries, where a file is looked for that is not where it was written | archive in the state folder |
| BALIE_MARKET | market of the shop: how prices in imported files are read | nl |
| BALIE_HOSTS | host names the pages answer to, separated by commas | localhost,127.0.0.1,[::1] |
| BALIE_ORIGINS | addresses forms may come from behind a proxy, such as https://shop.example | none |
| BALIE_HTTPS | 1 when the pages are served over HTTPS: cookies are then marked secure | 0 |
| BALIE_TIME_ZONE | time zone in which pages show moments | Europe/Amsterdam |
| BALIE_LOG | how much the log says: DEBUG, INFO, WARNING or ERROR | INFO |
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.functional import SimpleLazyObject

from collector.database import database_settings
from collector.keyfile import read_or_make_secret

BASE_DIR = Path(__file__).resolve().parent


def _words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of an environment variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


BALIE_STATE = Path(
    os.environ.get("BALIE_STATE") or Path.home() / ".local" / "state" / "balie-collector"
)
_AUTHORITY = BALIE_STATE / "authority"
BALIE_SECRET_KEY_FILE = Path(os.environ.get("BALIE_SECRET_KEY_FILE") or BALIE_STATE / "secret-key")
BALIE_DIRECTORY_KEY_FILE = Path(
    os.environ.get("BALIE_DIRECTORY_KEY_FILE") or _AUTHORITY / "collector.key"
)
BALIE_BROKER = os.environ.get("BALIE_BROKER") or "mqtts://127.0.0.1:8883"
BALIE_BROKER_FOLDER = (
    Path(os.environ["BALIE_BROKER_FOLDER"]) if os.environ.get("BALIE_BROKER_FOLDER") else None
)
BALIE_DOOR = os.environ.get("BALIE_DOOR") or "localhost:8443"
BALIE_DEVICES_BROKER = os.environ.get("BALIE_DEVICES_BROKER") or ""
BALIE_SHARDS = os.environ.get("BALIE_SHARDS") or "00-ff"
_NAME = "collector" if BALIE_SHARDS == "00-ff" else f"collector-{BALIE_SHARDS}"
BALIE_BROKER_CA = Path(os.environ.get("BALIE_BROKER_CA") or _AUTHORITY / "ca.pem")
BALIE_BROKER_CERTIFICATE = Path(
    os.environ.get("BALIE_BROKER_CERTIFICATE") or _AUTHORITY / f"{_NAME}.pem"
)
BALIE_BROKER_KEY = Path(os.environ.get("BALIE_BROKER_KEY") or _AUTHORITY / f"{_NAME}.key")
BALIE_ARCHIVE = Path(os.environ.get("BALIE_ARCHIVE") or BALIE_STATE / "archive")
BALIE_MARKET = os.environ.get("BALIE_MARKET") or "nl"

# Read when first needed, so that a command which signs nothing makes no file.
SECRET_KEY = SimpleLazyObject(lambda: read_or_make_secret(BALIE_SECRET_KEY_FILE))
DEBUG = False
ALLOWED_HOSTS = _words("BALIE_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("BALIE_ORIGINS")
_HTTPS = os.environ.get("BALIE_HTTPS") == "1"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # a working day
CSRF_COOKIE_SECURE = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "collector.ingest",
    "collector.archive",
    "collector.attachments",
    "collector.directory",
    "collector.counters",
    "collector.customers",
    "collector.ledgers",
    "collector.desks.register",
    "collector.enrolment",
    "collector.updates",
    "collector.office",
]

# What turns entries into figures, one module for each kind of desk.
BALIE_PROJECTIONS = [
    "collector.desks.register.projection",
    "collector.desks.register.shift_projection",
    "collector.attachments.projection",
    "collector.customers.projection",
    "collector.ledgers.projection",  # after customers: accounts follow who was merged
    "collector.ingest.lives",
]

# What devices are told beside the directory itself, again at the beginning of each epoch of it.
BALIE_ANNOUNCEMENTS = [
    "collector.archive.announcing",
    "collector.attachments.ordering",
    "collector.customers.telling",
    "collector.ledgers.announcing",
]

# What goes to devices beside the directory's entries, so that it can be erased.
BALIE_BESIDE = ["collector.customers.telling"]

# Who else holds something about people, to be erased with what is attached.
BALIE_FORGETTING = ["collector.customers.forgetting"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "collector.office.headers.page_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "collector.urls"
WSGI_APPLICATION = "collector.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "collector.office.frame.frame",
            ],
        },
    },
]

DATABASES = {
    "default": database_settings(
        os.environ.get("DATABASE_URL") or f"sqlite:///{BALIE_STATE / 'collector.db'}"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("nl", "Nederlands"),
    ("fr", "Français"),
    ("id", "Bahasa Indonesia"),
    ("en", "English"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("BALIE_TIME_ZONE") or "Europe/Amsterdam"

STATIC_URL = "static/"
# Serves each app's own static files as they lie, so that nothing has to be collected first.
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "collector": {"level": os.environ.get("BALIE_LOG", "INFO")},
        "gmqtt": {"level": "ERROR"},  # that a connection broke we say ourselves
    },
}
