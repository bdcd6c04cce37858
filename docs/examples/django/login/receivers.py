from django.dispatch import receiver

from login.models import Login
from smsgate.contrib.django import delivery_report


@receiver(delivery_report)
def keep_status(event, **_):
    """Show where the text is. What is raised here makes the vendor report again."""
    if event.entry:
        Login.objects.filter(key=event.entry.key).update(status=event.status)
