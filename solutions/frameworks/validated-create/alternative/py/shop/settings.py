"""Settings of the project."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-exercises-on-this-machine")

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

ROOT_URLCONF = "shop.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "orders.problems.ProblemMiddleware"]
APPEND_SLASH = False

# Django looks at Content-Length when the body is read, and raises RequestDataTooBig.
DATA_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024

USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "ERROR"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
