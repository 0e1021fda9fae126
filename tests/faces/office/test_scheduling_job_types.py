"""What customers may book and are asked, as the office sets it."""

import pytest

from portico.domain.booking.models import BranchDay
from portico.domain.capacity import imported
from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question
from portico.domain.catalog.models import JobType
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from tests.factories import people, read, statements
from tests.factories import scheduling as make
from tests.factories.town import Town

LIST = "/settings/scheduling/job-types/"
TERMS = {
    "is_self_schedulable": "on",
    "is_members_only": "on",
    "duration_minutes": "90",
    "skills": "Gas\r\n\r\nGas\r\nTankless",
    "lead_hours": "48",
    "horizon_days": "30",
    "same_day_cutoff": "14:30",
    "max_per_day": "4",
    "max_per_window": "",
    "reschedule_cutoff_hours": "12",
    "cancel_cutoff_hours": "",
    "fee_text": "$89 for coming.",
}
COLUMNS = (
    *("is_self_schedulable", "is_members_only", "is_self_reschedulable", "lead_hours", "horizon_days"),
    *("same_day_cutoff", "max_per_day", "max_per_window", "reschedule_cutoff_hours", "cancel_cutoff_hours", "fee_text"),
)
QUESTION = {
    "wording": "Do you smell gas?",
    "hint": "Near the furnace.",
    "kind": "choice",
    "position": "1",
    "is_required": "on",
    "label_0": "Yes",
    "effect_0": "call",
    "text_0": "Leave the house and call us.",
    "label_1": "A little",
    "effect_1": "minutes",
    "minutes_1": "30",
    "label_2": "No",
    "effect_2": "none",
}


@pytest.fixture
def town(company):
    with people.inside(company):
        return Town()


@pytest.fixture
def path(town):
    return f"{LIST}{town.kind.public_id}/"


def kept(company):
    with people.inside(company):
        return JobTypeScheduling.objects.values_list(*COLUMNS).get()


def options(company):
    with people.inside(company):
        return list(
            AnswerOption.objects.order_by("position").values_list("label", "effect", "minutes", "skill", "text")
        )


def trail(company, verb):
    with people.inside(company):
        return [row.facts for row in AuditEntry.objects.filter(verb=verb).order_by("pk")]


def test_terms_are_saved_shown_and_kept_with_before_and_after(company, town, olga, path):
    with people.inside(company):
        town.rebuild()
    page = read(olga.post(path, TERMS, follow=True))
    assert "The job type was saved." in page.text
    assert kept(company) == (True, True, False, 48, 30, 870, 4, None, 12, None, "$89 for coming.")
    with people.inside(company):
        kind = JobType.objects.get(pk=town.kind.pk)
        assert (kind.duration_minutes, kind.skills) == (90, ["Gas", "Tankless"])
        assert BranchDay.objects.get(day=town.day).is_stale
    of_kind, own = trail(company, "scheduling.job_type_changed")
    assert (of_kind["before"]["duration_minutes"], of_kind["after"]["duration_minutes"]) == (120, 90)
    assert (own["before"]["lead_hours"], own["after"]["lead_hours"]) == (0, 48)
    shown = next(form.fields for form in page.forms if "lead_hours" in form.fields)
    assert (shown["same_day_cutoff"], shown["max_per_window"]) == ("14:30", "")
    assert "Nothing was changed." in read(olga.post(path, TERMS, follow=True)).text


@pytest.mark.parametrize(
    ("field", "given", "told"),
    (
        ("duration_minutes", "", "Say how long it takes before customers book it."),
        ("duration_minutes", "0", "Enter a number from 1 to 840."),
        ("lead_hours", "744", "The notice is longer than the days ahead"),
        ("horizon_days", "367", "Enter a number from 0 to 366."),
        ("max_per_day", "0", "Enter a number from 1 to 1000."),
        ("same_day_cutoff", "25:00", "Enter a time such as 14:00."),
        ("skills", "x" * 121, "Enter at most 30 skills"),
        ("fee_text", "x" * 1001, "Write at most 1000 letters."),
    ),
)
def test_terms_that_cannot_be_are_told_and_change_nothing(company, olga, path, field, given, told):
    before = kept(company)
    answer = olga.post(path, TERMS | {field: given})
    page = read(answer)
    shown = next(form.fields for form in page.forms if "lead_hours" in form.fields)
    assert (answer.status_code, told in page.text, shown[field].strip(), kept(company)) == (422, True, given, before)


def test_what_the_office_set_survives_the_next_import(company, town, olga, path):
    says = {"is_self_schedulable": True, "lead_hours": 24, "horizon_days": 60}
    says |= {"reschedule_cutoff_hours": None, "cancel_cutoff_hours": None}
    with people.inside(company):
        JobType.objects.update(source_id=7)
        JobTypeScheduling.objects.all().delete()
    olga.post(path, TERMS)
    with people.inside(company):
        assert imported.write_scheduling(says={7: says}) == []
    assert kept(company)[3:5] == (48, 30)
    with people.inside(company):
        assert imported.write_scheduling(says={7: says | {"lead_hours": 12}}) == [(7, "lead_hours")]
    assert kept(company)[3:5] == (12, 30)


def test_question_with_answers_is_added_changed_and_removed(company, town, olga, path):
    page = read(olga.post(f"{path}questions/", QUESTION, follow=True))
    assert ("The question was saved." in page.text, "Do you smell gas?" in page.links) == (True, True)
    assert options(company) == [
        ("Yes", "call", 0, "", "Leave the house and call us."),
        ("A little", "minutes", 30, "", ""),
        ("No", "none", 0, "", ""),
    ]
    address = page.links["Do you smell gas?"]
    shown = next(form.fields for form in read(olga.get(address)).forms if "label_0" in form.fields)
    changed = {name: shown[name] for name in shown if name[-2] == "_" or name in QUESTION}
    with people.inside(company):
        before = list(AnswerOption.objects.order_by("position").values_list("public_id", flat=True))
    olga.post(address, changed | {"label_1": "", "effect_2": "skill", "skill_2": "Gas", "minutes_2": "5"})
    assert options(company) == [("Yes", "call", 0, "", "Leave the house and call us."), ("No", "skill", 0, "Gas", "")]
    with people.inside(company):
        assert list(AnswerOption.objects.order_by("position").values_list("public_id", flat=True)) == before[::2]
    added, edited = trail(company, "scheduling.question_changed")
    assert (added["before"], len(edited["before"]["answers"]), len(edited["after"]["answers"])) == (None, 3, 2)
    olga.post(address, {"act": "remove"})
    with people.inside(company):
        assert not Question.objects.exists()
    assert trail(company, "scheduling.question_removed")[0]["before"]["wording"] == "Do you smell gas?"


def test_yes_or_no_brings_its_answers(company, olga, path):
    olga.post(f"{path}questions/", {"wording": "A dog?", "kind": "yes_no", "position": "1"})
    assert [one[0] for one in options(company)] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("given", "told"),
    (
        ({"wording": ""}, "Write the question."),
        ({"position": "0"}, "Enter a number from 1 to 1000."),
        ({"label_0": "", "label_1": "", "label_2": ""}, "Write at least one answer to choose."),
        ({"label_1": "Yes"}, "This answer stands twice."),
        ({"minutes_1": ""}, "Say how many minutes longer it takes"),
        ({"minutes_1": "841"}, "Say how many minutes longer it takes"),
        ({"effect_2": "skill"}, "Name the skill that is needed."),
        ({"effect_2": "job_type"}, "Choose another job type."),
        ({"text_0": ""}, "Write what customers who have to call are told."),
        ({"kind": "text"}, "A typed answer has no answers to choose from"),
    ),
)
def test_question_that_cannot_be_is_told_and_writes_nothing(company, olga, path, given, told):
    answer = olga.post(f"{path}questions/", QUESTION | given)
    page = read(answer)
    shown = next(form.fields for form in page.forms if "label_0" in form.fields)
    assert (answer.status_code, told in page.text, shown["hint"]) == (422, True, "Near the furnace.")
    with people.inside(company):
        assert not Question.objects.exists()


def test_answer_leads_to_another_job_type(company, town, olga, path):
    with people.inside(company):
        other = make.make_job_type(town.unit, "Repair")
    olga.post(f"{path}questions/", QUESTION | {"effect_2": "job_type", "job_type_2": str(other.public_id)})
    with people.inside(company):
        assert AnswerOption.objects.get(label="No").job_type_id == other.pk


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(company, staff, path, role):
    client = staff(role)
    before = kept(company)
    asked = [client.get(LIST), client.get(path), client.post(path, TERMS), client.post(f"{path}questions/", QUESTION)]
    assert ([one.status_code for one in asked], kept(company)) == ([403] * 4, before)


@pytest.mark.parametrize("count", (1, 30))
def test_pages_ask_the_same_at_one_and_many(company, town, olga, path, count):
    with people.inside(company):
        for number in range(count):
            kind = make.make_job_type(town.unit, f"Kind {number:02}")
            asked = Question.objects.create(job_type=kind, position=1, kind="choice", wording="Loud?")
            AnswerOption.objects.create(question=asked, position=1, label="Yes")
            asked = Question.objects.create(job_type=town.kind, position=1, kind="choice", wording="Loud?")
            AnswerOption.objects.create(question=asked, position=1, label="Yes")
    with statements(4):
        olga.get(LIST)
    with statements(5):
        olga.get(path)
