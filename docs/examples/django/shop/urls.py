from django.urls import include, path

urlpatterns = [
    path("sms/", include("smsgate.contrib.django.urls")),
    path("", include("login.urls")),
]
