import secrets
import uuid

from django.db import models


def new_code():
    return f"{secrets.randbelow(1_000_000):06}"


def new_key():
    return f"login {uuid.uuid4()}"


class Login(models.Model):
    """A person's try to log in, and where the text with its code is."""

    key = models.CharField(max_length=50, default=new_key, unique=True)
    """The key of its message: however often that is sent, the person gets one text."""
    number = models.CharField(max_length=20)
    code = models.CharField(max_length=6, default=new_code)
    tries_left = models.PositiveSmallIntegerField(default=3)
    status = models.CharField(max_length=20, default="pending")
    began = models.DateTimeField(auto_now_add=True)

    def is_right(self, code):
        """Use up one try."""
        left = Login.objects.filter(pk=self.pk, tries_left__gt=0).update(tries_left=models.F("tries_left") - 1)
        return bool(left) and secrets.compare_digest(self.code, code)
