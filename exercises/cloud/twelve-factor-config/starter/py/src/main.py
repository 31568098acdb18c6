import json
import os

env = os.environ
production = env.get("SHOP_ENV") == "production"


def mask(secret: str) -> str:
    """`****` and, for long secrets, the last four characters."""
    return "****" if len(secret) < 16 else f"****{secret[-4:]}"


config = {
    "env": env.get("SHOP_ENV", "local"),
    "port": int(env.get("SHOP_PORT", 8080)),
    "publicUrl": env["SHOP_PUBLIC_URL"],
    "verboseErrors": False if production else bool(env.get("SHOP_VERBOSE_ERRORS")),
    "secureCookies": True if production else bool(env.get("SHOP_SECURE_COOKIES", True)),
    "requestTimeoutMs": int(env.get("SHOP_REQUEST_TIMEOUT", "5s").rstrip("ms")) * 1000,
    "allowedOrigins": env["SHOP_ALLOWED_ORIGINS"].split(",") if "SHOP_ALLOWED_ORIGINS" in env else [],
    "databasePassword": mask(env["SHOP_DATABASE_PASSWORD"]),
    "mailKey": env.get("SHOP_MAIL_KEY"),
}

print(json.dumps({"config": config, "warnings": []}))
