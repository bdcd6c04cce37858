from django.apps import AppConfig


class LoginConfig(AppConfig):
    name = "login"

    def ready(self):
        from login import receivers  # noqa: F401 - it connects them
