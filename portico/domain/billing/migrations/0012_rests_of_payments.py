"""What is left of a payment is kept, by the ledger itself: credit is read without adding up everything ever paid."""

import django.db.models.deletion
import portico.foundation.tenancy.scope
import portico.kernel.fields
from django.db import migrations, models

KEEP = """
CREATE FUNCTION billing_keep_rests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing_paymentrest AS kept (company_id, customer_id, payment_id, amount_minor)
  SELECT company_id, customer_id, payment_id, sum(amount_minor) FROM entered WHERE payment_id IS NOT NULL
  GROUP BY company_id, customer_id, payment_id HAVING sum(amount_minor) <> 0 ORDER BY customer_id, payment_id
  ON CONFLICT (company_id, customer_id, payment_id) DO UPDATE SET amount_minor = kept.amount_minor + excluded.amount_minor;
  DELETE FROM billing_paymentrest r USING entered e
  WHERE r.company_id = e.company_id AND r.customer_id = e.customer_id AND r.payment_id = e.payment_id
    AND r.amount_minor = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_rests AFTER INSERT ON billing_ledgerentry
REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_rests();
"""
FORGET = """
DROP TRIGGER keep_rests ON billing_ledgerentry;
DROP FUNCTION billing_keep_rests();
"""
FILL = """
DO $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM tenancy_company LOOP
    PERFORM set_config('portico.company', one::text, true);
    INSERT INTO billing_paymentrest (company_id, customer_id, payment_id, amount_minor)
    SELECT company_id, customer_id, payment_id, sum(amount_minor) FROM billing_ledgerentry
    WHERE company_id = one AND payment_id IS NOT NULL
    GROUP BY company_id, customer_id, payment_id HAVING sum(amount_minor) <> 0;
  END LOOP;
  PERFORM set_config('portico.company', '', true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_deposits"),
        ("customers", "0003_household"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentRest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", models.ForeignKey(default=portico.foundation.tenancy.scope.current_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.company")),
                ("customer", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer")),
                ("payment", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.payment")),
                ("amount_minor", portico.kernel.fields.MinorField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "customer", "payment"), name="one_rest_of_a_payment_each")],
            },
        ),
        migrations.AddIndex(
            model_name="deposit",
            index=models.Index(condition=models.Q(("canceled_at", None), ("released_at", None)), fields=["customer", "id"], name="deposit_kept_of_customer"),
        ),
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
