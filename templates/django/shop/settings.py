"""Settings of the project. It has no database; an exercise that needs one brings settings of its own."""

import os

# Signs cookies and tokens. This project has none, so nothing hangs on it; a real one comes from the environment.
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-exercises-on-this-machine")

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

ROOT_URLCONF = "shop.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False

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
