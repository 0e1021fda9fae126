"""The trail is only ever added to: the application's role loses the right to change or remove entries."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditentry FROM portico_app",
            "GRANT UPDATE, DELETE ON audit_auditentry TO portico_app",
        ),
    ]
