"""What was offered, said and signed is only ever added to: the application's role loses the right to change it."""

from django.db import migrations

TABLES = ("estimateterms", "estimateversion", "approval", "approvalundo", "approvalpaper", "estimateevent")


class Migration(migrations.Migration):
    dependencies = [("estimates", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON estimates_{table} FROM portico_app",
            f"GRANT UPDATE, DELETE ON estimates_{table} TO portico_app",
        )
        for table in TABLES
    ]
