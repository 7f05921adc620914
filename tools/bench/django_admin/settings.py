"""Settings: no debugging, kept connections, sessions in the cookie; addresses and key from the environment."""

import os
from urllib.parse import unquote, urlsplit


def _database(url: str, search_path: str) -> dict:
    address = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": address.hostname,
        "PORT": address.port,
        "NAME": address.path[1:],
        "USER": unquote(address.username),
        "PASSWORD": unquote(address.password),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"options": f"-c search_path={search_path}"},
    }


SECRET_KEY = os.environ["DJANGO_SECRET"]
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
USE_TZ = True
ROOT_URLCONF = "django_admin.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": _database(os.environ["CLIENTS_OWNER_DATABASE_URL"], "django_admin,public"),
    "billing": _database(os.environ["BILLING_OWNER_DATABASE_URL"], "public"),
}
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_SERIALIZER = "django.core.signing.JSONSerializer"
INSTALLED_APPS = [
    "django_admin",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
