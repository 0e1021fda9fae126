"""A customer's credit is kept as a sum, by the ledger itself: whoever enters money changes it in the same statement."""

import django.db.models.deletion
import portico.foundation.tenancy.scope
import portico.kernel.fields
from django.db import migrations, models

KEEP = """
CREATE FUNCTION billing_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing_creditbalance AS kept (company_id, customer_id, amount_minor)
  SELECT company_id, customer_id, sum(amount_minor) FROM entered
  GROUP BY company_id, customer_id HAVING sum(amount_minor) <> 0 ORDER BY customer_id
  ON CONFLICT (company_id, customer_id) DO UPDATE SET amount_minor = kept.amount_minor + excluded.amount_minor;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_balance AFTER INSERT ON billing_ledgerentry
REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_balance();
"""
FORGET = """
DROP TRIGGER keep_balance ON billing_ledgerentry;
DROP FUNCTION billing_keep_balance();
"""
FILL = """
DO $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM tenancy_company LOOP
    PERFORM set_config('portico.company', one::text, true);
    INSERT INTO billing_creditbalance (company_id, customer_id, amount_minor)
    SELECT company_id, customer_id, sum(amount_minor) FROM billing_ledgerentry WHERE company_id = one
    GROUP BY company_id, customer_id HAVING sum(amount_minor) <> 0;
  END LOOP;
  PERFORM set_config('portico.company', '', true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_entries_by_day"),
        ("customers", "0002_search"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", models.ForeignKey(default=portico.foundation.tenancy.scope.current_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.company")),
                ("customer", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer")),
                ("amount_minor", portico.kernel.fields.MinorField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "customer"), name="one_credit_balance_each")],
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(condition=models.Q(("state", "verifying")), fields=["customer"], name="payment_to_verify"),
        ),
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
