"""Branches in the office: what is kept, what is refused, what is shown before it is saved."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.portals.operations import branches as operations
from portico.foundation.tenancy.models import Branch, Logo
from portico.kernel import images
from tests.factories import people, read, statements

LIST = "/settings/branches/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#c00"/></svg>'


@pytest.fixture
def main(company):
    with people.inside(company):
        return Branch.objects.get(is_main=True)


def path_of(branch, sample=""):
    return f"{LIST}{branch.public_id}/{sample}"


def form_of(client, branch):
    return next(form.fields for form in read(client.get(path_of(branch))).forms if "display_name" in form.fields)


def save(client, branch, follow=True, **changed):
    return client.post(path_of(branch), form_of(client, branch) | {"act": "save"} | changed, follow=follow)


def now(company, branch):
    with people.inside(company):
        return Branch.objects.get(pk=branch.pk)


def png(color="#336699", size=(40, 20), kind="PNG"):
    drawn = io.BytesIO()
    Image.new("RGB", size, color).save(drawn, kind)
    return drawn.getvalue()


def sent(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


def test_branch_is_changed_and_audited_with_before_and_after(company, olga, main):
    page = read(
        save(
            olga,
            main,
            display_name="  Brightwater   South ",
            phone="512-555-0199",
            support_email="help@brightwater.example.com",
            address="9 Depot Road",
            time_zone="America/Denver",
            color="#F5B800",
            opens_0="08:00",
            closes_0="17:00",
        )
    )
    row = now(company, main)
    assert "The branch was saved." in page.text
    assert (row.display_name, row.phone, row.support_email) == (
        "Brightwater South",
        "512-555-0199",
        "help@brightwater.example.com",
    )
    assert (row.time_zone, row.color, row.opening_hours) == ("America/Denver", "#f5b800", "08:00-17:00,,,,,,")
    with people.inside(company):
        entry = AuditEntry.objects.get(verb="branch.changed")
    assert (entry.subject_id, entry.actor_name) == (str(main.public_id), "Olga Office")
    assert (entry.facts["before"]["phone"], entry.facts["after"]["phone"]) == ("512-555-0100", "512-555-0199")
    assert set(entry.facts["before"]) == set(entry.facts["after"])


def test_nothing_changed_is_said_and_not_audited(company, olga, main):
    assert "Nothing was changed." in read(save(olga, main)).text
    with people.inside(company):
        assert not AuditEntry.objects.filter(verb="branch.changed").exists()


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    (
        ("display_name", "", "Enter the name that customers know."),
        ("display_name", "x" * 201, "Enter at most 200 letters."),
        ("phone", "call us", "Enter a phone number that can be dialed, such as 512-555-0100."),
        ("phone", "5" * 41, "Enter at most 40 letters."),
        ("support_email", "help", "Enter an email address such as help@example.com."),
        ("address", "x" * 301, "Enter at most 300 letters."),
        ("time_zone", "Mars/Olympus", "Choose a time zone of the list."),
        ("color", "red", "Enter a color as six digits after a #, such as #1f6f54."),
        ("color", "#12345;}", "Enter a color as six digits after a #, such as #1f6f54."),
        ("opens_2", "soon", "Enter a time such as 8:00 or 17:30."),
        ("opens_2", "08:00", "Enter both times, or neither for a day that is closed."),
    ),
)
def test_what_cannot_be_is_told_at_its_field_and_stays_typed(company, olga, main, field, typed, told):
    before = now(company, main)
    answer = save(
        olga, main, follow=False, **{field: typed, "address": typed if field == "address" else "9 Depot Road"}
    )
    page = read(answer)
    shown = next(form.fields for form in page.forms if "display_name" in form.fields)
    assert (answer.status_code, told in page.text) == (422, True)
    if field != "time_zone":  # a list shows what is in it only
        assert shown[field] == typed
    assert shown["address"] == (typed if field == "address" else "9 Depot Road")
    assert now(company, main).address == before.address


def test_closing_before_opening_is_refused(company, olga, main):
    page = read(save(olga, main, opens_6="17:00", closes_6="08:00"))
    assert "Sunday: closing time must be after opening time." in page.text
    assert now(company, main).opening_hours == ""


def test_two_at_once_the_second_is_told_what_the_first_saved(company, olga, main):
    typed = form_of(olga, main) | {"act": "save", "phone": "512-555-0142"}
    save(olga, main, phone="512-555-0177", address="9 Depot Road")
    answer = olga.post(path_of(main), typed)
    page = read(answer)
    assert (answer.status_code, now(company, main).phone) == (409, "512-555-0177")
    assert "Phone is now: 512-555-0177" in page.text
    assert "Address is now: 9 Depot Road" in page.text
    again = next(form.fields for form in page.forms if "display_name" in form.fields)
    assert again["phone"] == "512-555-0142"
    olga.post(path_of(main), again | {"act": "save"})
    assert now(company, main).phone == "512-555-0142"


@pytest.mark.parametrize(("name", "content"), (("a.png", png()), ("a.jpg", png(kind="JPEG")), ("a.svg", SVG)))
def test_logo_is_drawn_anew_and_only_the_png_is_kept(company, olga, main, name, content):
    save(olga, main, logo=sent(content, name))
    row = now(company, main)
    assert Image.open(io.BytesIO(bytes(row.logo_png))).format == "PNG"
    assert content not in bytes(row.logo_png)
    answer = people.portal().get(f"/logo/{row.logo_digest}.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize(
    ("content", "told"),
    (
        (b"GIF89a" + b"\0" * 40, "A logo is a PNG, JPEG or SVG file. This file is something else."),
        (b"", "A logo is a PNG, JPEG or SVG file. This file is something else."),
        (b"%PDF-1.7", "A logo is a PNG, JPEG or SVG file. This file is something else."),
        (b"\x89PNG" + b"\0" * 5_000_001, "This picture is too large. Take one of at most 5 MB."),
        (b"\x89PNG\r\n\x1a\n broken", "This file is not a PNG or JPEG picture that can be read."),
        (b"<svg" + b" " * 500_001, "This drawing is too large. Take one of at most 500 KB."),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "This drawing holds entities. Save it as a plain SVG."),
    ),
)
def test_file_that_is_no_logo_is_told_and_nothing_is_kept(company, olga, main, content, told):
    answer = save(olga, main, follow=False, logo=sent(content), phone="512-555-0142")
    page = read(answer)
    assert (answer.status_code, told in page.text, now(company, main).logo_digest) == (422, True, "")
    assert now(company, main).phone == "512-555-0100"
    with people.inside(company):
        assert Logo.objects.count() == 0


def test_of_a_huge_file_no_more_is_read_than_says_that_it_is_too_large(olga, main, monkeypatch):
    seen = []
    keep = operations.keep_logo
    monkeypatch.setattr(operations, "keep_logo", lambda **given: seen.append(len(given["content"])) or keep(**given))
    page = read(save(olga, main, follow=False, logo=sent(b"\x89PNG" + b"\0" * 9_000_000)))
    assert ("Take one of at most 5 MB." in page.text, seen) == (True, [images.MOST_BYTES + 1])


def test_logo_is_previewed_then_saved_then_removed_and_old_mails_still_show_it(company, olga, main):
    typed = form_of(olga, main) | {"act": "preview", "logo": sent(png())}
    page = read(olga.post(path_of(main), typed))
    assert now(company, main).logo_digest == ""
    shown = next(form.fields for form in page.forms if "display_name" in form.fields)
    digest = shown["logo_digest"]
    assert [image["src"] for image in page.all("img", alt="The logo")] == [f"/logo/{digest}.png"]
    assert f"logo_digest={digest}" in page.all("iframe")[0]["src"]
    olga.post(path_of(main), shown | {"act": "save"})
    assert now(company, main).logo_digest == digest
    save(olga, main, is_logo_removed="on")
    assert (now(company, main).logo_digest, bytes(now(company, main).logo_png)) == ("", b"")
    assert people.portal().get(f"/logo/{digest}.png").status_code == 200


def test_logo_that_was_here_before_is_kept_for_old_mails(company, olga, main):
    with people.inside(company):
        Branch.objects.update(logo_png=png(), logo_digest="0123456789abcdef")
    save(olga, main, logo=sent(png("#cc0000")))
    assert now(company, main).logo_digest != "0123456789abcdef"
    assert people.portal().get("/logo/0123456789abcdef.png").content == png()


def test_logo_that_was_never_sent_is_not_taken(company, olga, main):
    page = read(save(olga, main, logo_digest="0123456789abcdef"))
    assert "The logo you chose is no longer here. Choose the file again." in page.text
    assert now(company, main).logo_digest == ""


def rows_of(page):
    return {row.attributes["data-key"]: row.text for row in page.all("tr", data_row="reading")}


def test_unreadable_color_is_corrected_and_said_with_both_contrasts(olga, main):
    page = read(olga.post(path_of(main), form_of(olga, main) | {"act": "preview", "color": "#f5b800"}))
    assert "#f5b800 could not be read on light pages (1.5:1). We use #886606 there: 4.6:1." in page.text
    assert "#f5b800 can be read on dark pages: 7.6:1." in page.text
    light = " ".join(rows_of(page)["Words and links, light pages"].split())
    assert "1.5:1 · too little" in light
    assert "4.6:1 · corrected" in light
    assert "corrected" not in rows_of(page)["Words and links, dark pages"]


def test_preview_saves_nothing_and_samples_show_what_was_typed(company, olga, main):
    typed = {"act": "preview", "display_name": "Sunny & Sons <b>", "color": "#0b1f4b", "phone": "602-555-0123"}
    page = read(olga.post(path_of(main), form_of(olga, main) | typed))
    assert now(company, main).display_name == "Brightwater Home"
    phone, mail = (olga.get(frame["src"]) for frame in page.all("iframe"))
    assert "Sunny & Sons <b>" in read(phone).text
    assert "(602) 555-0123" in read(phone).text
    assert read(phone).all("link", rel="stylesheet")[-1]["href"].startswith("/brand/0b1f4b-")
    assert "Sunny &amp; Sons &lt;b&gt;" in mail.content.decode()
    assert "#0b1f4b" in mail.content.decode()
    paper = olga.get(page.all("img", alt="An invoice in this brand")[0]["src"])
    assert (paper["Content-Type"], paper.content[:4]) == ("image/png", b"\x89PNG")
    pdf = olga.get(next(link["href"] for link in page.all("a") if link.text == "Open the PDF"))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_live_preview_is_a_fragment(olga, main):
    typed = form_of(olga, main) | {"act": "preview", "color": "#d71920", "phone": "bad"}
    answer = olga.post(path_of(main), typed, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.decode().lstrip()[:17]) == (200, '<div id="preview"')


def test_live_preview_of_a_logo_remembers_it_and_names_what_is_wrong_with_the_file(company, olga, main):
    typed, live = form_of(olga, main) | {"act": "preview"}, {"HX-Request": "true"}
    page = read(olga.post(path_of(main), typed | {"logo": sent(png())}, headers=live))
    (remembered,) = page.all("input", name="logo_digest")
    assert (remembered["hx-swap-oob"], f"logo_digest={remembered['value']}" in page.all("iframe")[0]["src"]) == (
        "true",
        True,
    )
    with people.inside(company):
        assert Logo.objects.get().digest == remembered["value"]
    page = read(olga.post(path_of(main), typed | {"logo": sent(b"%PDF-1.7")}, headers=live))
    assert "A logo is a PNG, JPEG or SVG file." in page.text


def test_samples_may_be_framed_by_us_only_and_send_nothing(olga, main):
    page = olga.get(path_of(main))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-src" not in olga.get(LIST)["Content-Security-Policy"]
    for sample in ("phone/", "mail/"):
        answer = olga.get(path_of(main, sample))
        policy = answer["Content-Security-Policy"]
        assert ("frame-ancestors 'self'" in policy, "form-action 'none'" in policy) == (True, True)
        assert ("unsafe-inline" in policy, answer["X-Frame-Options"]) == (sample == "mail/", "SAMEORIGIN")
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize(
    "query", ("color=red", "opening_hours=x", "opening_hours=1,2,3", "logo_digest=../..", "as=exe")
)
@pytest.mark.parametrize("sample", ("phone/", "mail/", "paper/"))
def test_sample_of_nonsense_shows_the_branch_as_it_is(olga, main, sample, query):
    assert olga.get(f"{path_of(main, sample)}?{query}").status_code == 200


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_get_403(company, main, role):
    with people.inside(company):
        other = people.sign_in(people.office(), people.make_staff(role=role))
    paths = (LIST, f"{LIST}add/", path_of(main), *(path_of(main, sample) for sample in ("phone/", "mail/", "paper/")))
    assert {other.get(path).status_code for path in paths} == {403}
    assert other.post(path_of(main), {"act": "save"}).status_code == 403


def test_branch_of_another_company_does_not_exist(olga):
    other = people.make_company("other", name="Other")
    with people.inside(other):
        foreign = Branch.objects.get()
    assert {olga.get(path_of(foreign, sample)).status_code for sample in ("", "phone/", "mail/", "paper/")} == {404}
    assert olga.post(path_of(foreign), {"act": "save"}).status_code == 404


def test_branch_is_added_looking_like_the_main_one(company, olga, main):
    save(olga, main, color="#d71920", phone="512-555-0142", logo=sent(png()))
    answer = olga.post(f"{LIST}add/", {"name": " North ", "time_zone": "America/Phoenix"})
    with people.inside(company):
        added = Branch.objects.get(name="North")
        entry = AuditEntry.objects.get(verb="branch.added")
    assert answer["Location"] == path_of(added)
    assert (added.time_zone, added.color, added.phone, added.is_main) == (
        "America/Phoenix",
        "#d71920",
        "512-555-0142",
        False,
    )
    assert added.logo_digest == now(company, main).logo_digest
    assert (entry.note, entry.facts) == ("North", {"time_zone": "America/Phoenix"})
    assert "North" in read(olga.get(LIST)).text


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ({"name": ""}, "Enter a name for the branch."),
        ({"name": " "}, "Enter a name for the branch."),
        ({"name": "brightwater HOME"}, "There is a branch of this name."),
        ({"name": "x" * 121}, "Enter at most 120 letters."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone of the list."),
    ),
)
def test_branch_that_cannot_be_added_is_told(company, olga, typed, told):
    answer = olga.post(f"{LIST}add/", {"name": "North", "time_zone": "America/Phoenix"} | typed)
    page = read(answer)
    shown = next(form.fields for form in page.forms if "time_zone" in form.fields)
    assert (answer.status_code, told in page.text) == (422, True)
    assert shown["name"] == typed.get("name", "North")
    with people.inside(company):
        assert Branch.objects.count() == 1


@pytest.mark.parametrize("count", (1, 30))
def test_page_of_a_branch_costs_the_same(company, olga, main, count):
    with people.inside(company):
        for n in range(count - 1):
            Branch.objects.create(name=f"B{n}", display_name=f"Branch {n}", time_zone="America/Chicago")
    with statements(2):
        olga.get(path_of(main))
    with statements(2):
        olga.get(path_of(main, "mail/"))


@pytest.mark.parametrize("count", (1, 30))
def test_list_of_branches_costs_the_same(company, olga, count):
    with people.inside(company):
        for n in range(count - 1):
            Branch.objects.create(name=f"B{n}", display_name=f"Branch {n}", time_zone="America/Chicago")
    with statements(2):
        page = read(olga.get(LIST))
    assert len(page.rows("branch")) == count
