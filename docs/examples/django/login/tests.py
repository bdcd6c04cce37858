from django.test import TestCase

from smsgate.contrib.django import outbox


class LoginTest(TestCase):
    def test_a_person_logs_in_with_the_code_that_was_texted(self):
        self.client.post("/login/", {"number": "082 123 4567"})
        self.assertEqual([text.to for text in outbox], ["+27821234567"])
        code = outbox[0].text.removeprefix("Your code is ")
        self.assertRedirects(self.client.post("/login/code/", {"code": code}), "/")

    def test_a_person_without_the_code_does_not(self):
        self.client.post("/login/", {"number": "082 123 4567"})
        self.assertEqual(len(outbox), 1)
        self.assertContains(self.client.post("/login/code/", {"code": "no"}), "not the code")
        self.assertRedirects(self.client.get("/"), "/login/?next=/", fetch_redirect_response=False)
