"""Django is configured before a module of the app is imported, as in a project."""

from tests.django_project import configure_django

configure_django()
