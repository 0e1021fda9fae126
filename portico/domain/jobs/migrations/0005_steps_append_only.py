"""What happened to a visit is only ever added to: the application's role loses the right to change or remove steps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_whole_story")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON jobs_appointmentstep FROM portico_app",
            "GRANT UPDATE, DELETE ON jobs_appointmentstep TO portico_app",
        ),
    ]
