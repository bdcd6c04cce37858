import secrets

from django.db import models


def new_code():
    return f"{secrets.randbelow(1_000_000):06}"


class Login(models.Model):
    """A person's try to log in, and where the text with its code is."""

    number = models.CharField(max_length=20)
    code = models.CharField(max_length=6, default=new_code)
    tries_left = models.PositiveSmallIntegerField(default=3)
    status = models.CharField(max_length=20, default="pending")
    began = models.DateTimeField(auto_now_add=True)

    @property
    def key(self):
        """The key of its message: however often it is sent, the person gets one text."""
        return f"login {self.pk}"

    def is_right(self, code):
        """Use up one try."""
        left = Login.objects.filter(pk=self.pk, tries_left__gt=0).update(tries_left=models.F("tries_left") - 1)
        return bool(left) and secrets.compare_digest(self.code, code)
