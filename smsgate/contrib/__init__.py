"""Parts for frameworks, each an extra of its own: `celery` sends on an application's workers, `django` is an app."""
