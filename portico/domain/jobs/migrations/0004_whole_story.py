"""Steps of visits, notes, the units of a job; and the day by which jobs are listed, kept by the visits themselves."""

import django.db.models.deletion
import portico.foundation.tenancy.scope
import portico.kernel.clock
import portico.kernel.fields
import portico.kernel.ids
from django.db import migrations, models

DAY = """
CREATE FUNCTION jobs_happens_at(one bigint, made timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(max(v.starts_at) FILTER (WHERE v.status <> 'Canceled'), max(v.starts_at), made)
  FROM jobs_appointment v WHERE v.job_id = one
$$;
CREATE FUNCTION jobs_begin_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.happens_at := CASE WHEN TG_OP = 'INSERT' THEN NEW.created_at ELSE jobs_happens_at(NEW.id, NEW.created_at) END;
  RETURN NEW;
END $$;
CREATE TRIGGER begin_day BEFORE INSERT OR UPDATE OF created_at, happens_at ON jobs_job
FOR EACH ROW EXECUTE FUNCTION jobs_begin_day();

CREATE FUNCTION jobs_keep_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE jobs_job SET happens_at = jobs_happens_at(id, created_at)
  WHERE id IN (SELECT job_id FROM (SELECT DISTINCT job_id FROM moved ORDER BY 1) listed)
    AND happens_at <> jobs_happens_at(id, created_at);
  RETURN NULL;
END $$;
CREATE FUNCTION jobs_keep_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE jobs_job SET happens_at = jobs_happens_at(id, created_at)
  WHERE id IN (SELECT job_id FROM moved UNION SELECT job_id FROM left_behind)
    AND happens_at <> jobs_happens_at(id, created_at);
  RETURN NULL;
END $$;
CREATE TRIGGER keep_day_of_new AFTER INSERT ON jobs_appointment
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION jobs_keep_day();
CREATE TRIGGER keep_day_of_changed AFTER UPDATE ON jobs_appointment
REFERENCING NEW TABLE AS moved OLD TABLE AS left_behind FOR EACH STATEMENT EXECUTE FUNCTION jobs_keep_days();
CREATE TRIGGER keep_day_of_gone AFTER DELETE ON jobs_appointment
REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION jobs_keep_day();
"""
FORGET = """
DROP TRIGGER keep_day_of_new ON jobs_appointment;
DROP TRIGGER keep_day_of_changed ON jobs_appointment;
DROP TRIGGER keep_day_of_gone ON jobs_appointment;
DROP TRIGGER begin_day ON jobs_job;
DROP FUNCTION jobs_keep_days();
DROP FUNCTION jobs_keep_day();
DROP FUNCTION jobs_begin_day();
DROP FUNCTION jobs_happens_at(bigint, timestamptz);
"""
FILL = """
DO $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM tenancy_company LOOP
    PERFORM set_config('portico.company', one::text, true);
    UPDATE jobs_job SET happens_at = jobs_happens_at(id, created_at) WHERE company_id = one;
  END LOOP;
  PERFORM set_config('portico.company', '', true);
END $$;
"""
STATUSES = [
    ("Scheduled", "Scheduled"),
    ("Dispatched", "Dispatched"),
    ("Working", "Working"),
    ("Hold", "Hold"),
    ("Done", "Done"),
    ("Canceled", "Canceled"),
]


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def public_id():
    return (
        "public_id",
        portico.kernel.fields.PublicIdField(default=portico.kernel.ids.new_public_id, editable=False, unique=True),
    )


def company():
    return (
        "company",
        models.ForeignKey(
            default=portico.foundation.tenancy.scope.current_company_id,
            editable=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="tenancy.company",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("equipment", "0001_initial"),
        ("jobs", "0003_one_index_for_one_question"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentStep",
            fields=[
                key(),
                company(),
                public_id(),
                (
                    "appointment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="jobs.appointment",
                    ),
                ),
                ("status", models.CharField(choices=STATUSES, max_length=12)),
                ("at", models.DateTimeField()),
                ("made_by_name", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", [word for word, _ in STATUSES])), name="step_status_is_known"
                    )
                ],
                "indexes": [models.Index(fields=["appointment", "id"], name="step_of_visit")],
            },
        ),
        migrations.CreateModel(
            name="JobNote",
            fields=[
                key(),
                company(),
                public_id(),
                ("source_id", models.BigIntegerField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="jobs.job",
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("is_pinned", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "source_id"), name="job_note_source")],
                "indexes": [models.Index(fields=["job", "-created_at", "-id"], name="note_of_job")],
            },
        ),
        migrations.CreateModel(
            name="JobEquipment",
            fields=[
                key(),
                company(),
                public_id(),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touched",
                        to="jobs.job",
                    ),
                ),
                (
                    "equipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jobs",
                        to="equipment.installedequipment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "job", "equipment"), name="unit_once_in_a_job")
                ],
                "indexes": [
                    models.Index(fields=["job", "equipment"], name="unit_of_job"),
                    models.Index(fields=["equipment", "job"], name="job_of_unit"),
                ],
            },
        ),
        migrations.AddField(
            model_name="job",
            name="happens_at",
            field=models.DateTimeField(default=portico.kernel.clock.real_now, editable=False),
        ),
        migrations.RunSQL(DAY, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["customer", "-happens_at", "-id"], name="job_by_day_of_customer"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["location", "-happens_at", "-id"], name="job_by_day_at_location"),
        ),
    ]
