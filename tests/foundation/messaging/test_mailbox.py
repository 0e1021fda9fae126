from email import message_from_bytes

from django.core.mail import EmailMessage

from portico.foundation.messaging.mailbox import EmailBackend


def test_each_message_becomes_one_whole_file(tmp_path):
    backend = EmailBackend(file_path=str(tmp_path / "mail"))
    letters = [EmailMessage("Hello", "Text", "portal@example.com", [f"ana/{n}@example.com"]) for n in (1, 2)]
    assert backend.send_messages(letters) == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [(file.suffix, "ana_" in file.name) for file in files] == [(".eml", True)] * 2
    assert {message_from_bytes(file.read_bytes())["To"] for file in files} == {"ana/1@example.com", "ana/2@example.com"}
