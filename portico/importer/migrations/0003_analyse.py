"""Let the application refresh the planner's statistics of tables that an import has just filled.

Without them the key checks of a first import are planned for empty tables and read a company's whole table for each row.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION portico_analyse(names text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    BEGIN
      EXECUTE format('ANALYZE public.%I', name);
    EXCEPTION WHEN lock_not_available THEN NULL;  -- somebody else is at it
    END;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION portico_analyse(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portico_analyse(text[]) TO portico_app;
"""


class Migration(migrations.Migration):
    dependencies = [("importer", "0002_fault")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION portico_analyse(text[])")]
