"""The addresses that vendors call: ``path("sms/", include("smsgate.contrib.django.urls"))``."""

from django.urls import re_path

from smsgate.contrib.django.views import receive

app_name = "smsgate"
urlpatterns = [re_path("", receive, name="webhooks")]  # the provider and the secret follow, as the receiver reads them
