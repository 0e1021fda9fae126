"""The ledger is only ever added to: the application's role loses the right to change or remove entries."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON billing_ledgerentry FROM portico_app",
            "GRANT UPDATE, DELETE ON billing_ledgerentry TO portico_app",
        ),
    ]
