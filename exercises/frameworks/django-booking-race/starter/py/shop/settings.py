"""Settings of the project. Nothing here has to change."""

import os

from psycopg.conninfo import conninfo_to_dict

# Signs cookies and tokens. This project has none, so nothing hangs on it; a real one comes from the environment.
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-exercises-on-this-machine")

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["boxoffice"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False

_database = conninfo_to_dict(os.environ.get("DATABASE_URL", "postgresql:///boxoffice"))

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.get("dbname", ""),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where the printer of the box office takes its orders; without it nothing is printed.
PRINTER_URL = os.environ.get("PRINTER_URL", "")

USE_TZ = True
TIME_ZONE = "UTC"

# To stderr: warnings and errors with their stack. The line per request and the notes on 4xx answers are left out.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
    },
}
