from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth import login as log_in
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render

from login.models import Login
from smsgate import NotSentError, RefusedError, UnknownOutcomeError
from smsgate.contrib.django import gateway


class NumberForm(forms.Form):
    number = forms.CharField(label="Your number", max_length=20)


class CodeForm(forms.Form):
    code = forms.CharField(label="The code that we texted to you", max_length=6)


@login_not_required
def number(request):
    """Text a code to a number."""
    form = NumberForm(request.POST or None)
    if form.is_valid():
        login = Login.objects.create(number=form.cleaned_data["number"])
        try:
            gateway.send(gateway.message(login.number, f"Your code is {login.code}", key=login.key))
        except RefusedError:
            form.add_error("number", "We cannot send a text to this number.")
        except NotSentError:
            form.add_error("number", "We cannot send a text now. Please try again.")
        except UnknownOutcomeError:  # the text may be out: let the person look
            pass
        if form.is_valid():
            request.session["login"] = login.pk
            return redirect("code")
    return render(request, "login/form.html", {"form": form})


@login_not_required
def code(request):
    """Let in who knows the code."""
    login = get_object_or_404(Login, pk=request.session.get("login"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if login.is_right(form.cleaned_data["code"]):
            user, _ = get_user_model().objects.get_or_create(username=login.number)
            log_in(request, user)
            return redirect("texts")
        form.add_error("code", "That is not the code.")
    return render(request, "login/form.html", {"form": form})


def texts(request):
    """Show where each text to this person is."""
    logins = Login.objects.filter(number=request.user.username).order_by("-began")
    return render(request, "login/texts.html", {"logins": logins})
