"""Settings for development, with a sandbox in the vendor's place."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SITE = os.environ.get("SHOP_URL", "http://127.0.0.1:8000")
SANDBOX = os.environ.get("SANDBOX_URL", "http://127.0.0.1:8730")

SMSGATE = {
    "default_region": "ZA",  # "082 123 4567" is read there
    "journal": "django",  # beside db.sqlite3; with PostgreSQL in that database
    "providers": {
        # for an account at a vendor: remove base_url; its token is in the environment: {"env": "TWILIO_AUTH_TOKEN"}
        "twilio": {
            "adapter": "twilio",
            "base_url": f"{SANDBOX}/twilio/2010-04-01/Accounts/AC5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
            "account_sid": "AC5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
            "auth_token": "twilio-sandbox-auth-token",
            "senders": {"default": "+15005550006"},
        },
    },
    "webhooks": {"public_url": f"{SITE}/sms", "secret": "for-this-example-only"},
}

DEBUG = True
SECRET_KEY = "for-this-example-only"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "smsgate.contrib.django",
    "login",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # the webhooks need no login
]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", BASE_DIR / "db.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "number"
TIME_ZONE = "UTC"
USE_TZ = True
