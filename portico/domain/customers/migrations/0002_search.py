"""The search rows, and the one function that may read them through its index.

Under a policy an index answers leakproof operators only, and @@ is not one: so the function runs as portico_search,
which the policies let see every row, and names the company itself. Nobody signs in as that role.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import portico.foundation.tenancy.scope

FIND = """
GRANT SELECT ON customers_searchrow TO portico_search;
CREATE POLICY search ON customers_searchrow FOR SELECT TO portico_search USING (true);

CREATE FUNCTION portico_find_customers(asked text[], last_resort text, each_up_to integer)
RETURNS TABLE (customer_id bigint, name text, places text, marks text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off -- right after an import nothing is known of the table
AS $$
DECLARE
  mine constant bigint := nullif(current_setting('portico.company', true), '')::bigint;
  enough constant integer := 40;  -- of one way of asking: a looser one would only add worse
  found_now bigint;
  is_found boolean := false;
BEGIN
  IF mine IS NULL THEN RETURN; END IF;
  FOR at IN 1 .. coalesce(array_length(asked, 1), 0) LOOP
    CONTINUE WHEN asked[at] = '';
    RETURN QUERY SELECT r.customer_id, r.name, r.places, r.marks FROM public.customers_searchrow r
      WHERE r.company_id = mine AND r.keys @@ asked[at]::tsquery LIMIT least(each_up_to, 500);
    GET DIAGNOSTICS found_now = ROW_COUNT;
    is_found := is_found OR found_now > 0;
    EXIT WHEN at > 1 AND found_now >= enough;
  END LOOP;
  IF is_found OR last_resort = '' THEN RETURN; END IF;
  RETURN QUERY SELECT r.customer_id, r.name, r.places, r.marks FROM public.customers_searchrow r
    WHERE r.company_id = mine AND r.keys @@ last_resort::tsquery LIMIT least(each_up_to, 500);
END $$;
REVOKE ALL ON FUNCTION portico_find_customers(text[], text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portico_find_customers(text[], text, integer) TO portico_app;
ALTER FUNCTION portico_find_customers(text[], text, integer) OWNER TO portico_search;
"""
FORGET = """
SET ROLE portico_search;
DROP FUNCTION portico_find_customers(text[], text, integer);
RESET ROLE;
DROP POLICY search ON customers_searchrow;
REVOKE SELECT ON customers_searchrow FROM portico_search;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("places", models.TextField()),
                ("marks", models.TextField()),
                ("keys", django.contrib.postgres.search.SearchVectorField()),
                (
                    "company",
                    models.ForeignKey(
                        default=portico.foundation.tenancy.scope.current_company_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex("company", "keys", fastupdate=False, name="search_by_key")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "customer"), name="one_search_row_a_customer")
                ],
            },
        ),
        migrations.RunSQL(FIND, FORGET),
    ]
