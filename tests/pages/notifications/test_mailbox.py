"""The development mailbox."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from notifications.checks import check_mail_leaves_the_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"


def send(subject="Hello", text="Plain <b>text</b> https://a.example/", html=""):
    message = EmailMultiAlternatives(subject, text, "shop@a.example", ["ada@example.com"])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def test_an_empty_mailbox_says_so(client):
    assert "No e-mails yet" in client.get("/dev/mailbox/").text


def test_e_mails_are_listed_newest_first(client):
    send("First")
    send("Second")

    page = client.get("/dev/mailbox/").text

    assert page.index("Second") < page.index("First")
    assert "ada@example.com" in page


def test_an_e_mail_shows_its_text_escaped_and_its_html_in_a_frame(client):
    send(html='<p style="color:red">Rich</p>')
    [mail] = client.get("/dev/mailbox/").context["mails"]

    page = client.get(f"/dev/mailbox/{mail.id}/")

    assert "Plain &lt;b&gt;text&lt;/b&gt;" in page.text
    assert f'src="/dev/mailbox/{mail.id}/html/"' in page.text
    part = client.get(f"/dev/mailbox/{mail.id}/html/")
    assert part.text == '<p style="color:red">Rich</p>'
    assert part.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert "default-src 'none'" in part.headers["Content-Security-Policy"]


def test_a_text_only_e_mail_has_no_frame(client):
    EmailMessage("Plain", "Only text", "shop@a.example", ["ada@example.com"]).send()
    [mail] = client.get("/dev/mailbox/").context["mails"]

    assert "<iframe" not in client.get(f"/dev/mailbox/{mail.id}/").text


def test_an_e_mail_that_is_not_there(client):
    assert client.get("/dev/mailbox/999/").status_code == 404


def test_the_footer_leads_to_the_mailbox(client):
    assert 'href="/dev/mailbox/"' in client.get("/dev/mailbox/").text


def test_a_shop_in_production_without_a_mail_server_is_warned(settings):
    settings.EMAIL_URL = ""
    assert [warning.id for warning in check_mail_leaves_the_shop()] == ["notifications.W001"]

    settings.EMAIL_URL = "smtp://mail.example"
    assert check_mail_leaves_the_shop() == []
