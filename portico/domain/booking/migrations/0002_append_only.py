"""What happened to a booking is only ever added to: the application's role loses the right to change or remove it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON booking_bookingstep FROM portico_app",
            "GRANT UPDATE, DELETE ON booking_bookingstep TO portico_app",
        ),
    ]
