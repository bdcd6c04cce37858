from django.urls import path

from login import views

urlpatterns = [
    path("", views.texts, name="texts"),
    path("login/", views.number, name="number"),
    path("login/code/", views.code, name="code"),
]
