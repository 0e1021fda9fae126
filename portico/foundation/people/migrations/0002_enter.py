"""`portico_enter`: host, company, session and login in one statement, the way into every page."""

from django.db import migrations

ENTER = """
CREATE FUNCTION portico_enter(asked_host text, asked_side text, asked_digest bytea, only_read boolean)
RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  company jsonb;
  visit jsonb;
  brand jsonb;
BEGIN
  SELECT jsonb_build_object('id', c.id, 'public_id', c.public_id, 'name', c.name, 'currency', c.currency,
                            'portal_state', c.portal_state, 'host', h.host)
    INTO company
    FROM tenancy_hostname h JOIN tenancy_company c ON c.id = h.company_id WHERE h.host = asked_host;
  IF only_read THEN PERFORM set_config('transaction_read_only', 'on', true); END IF;
  PERFORM set_config('portico.company', coalesce(company->>'id', ''), true);
  IF company IS NULL THEN RETURN NULL; END IF;
  SELECT jsonb_build_object('id', b.id, 'public_id', b.public_id, 'display_name', b.display_name, 'phone', b.phone,
                            'support_email', b.support_email, 'address', b.address, 'color', b.color,
                            'logo_digest', b.logo_digest, 'time_zone', b.time_zone)
    INTO brand
    FROM tenancy_branch b WHERE b.company_id = (company->>'id')::bigint AND b.is_main;
  IF asked_digest IS NOT NULL THEN
    SELECT jsonb_build_object(
             'id', s.id, 'public_id', s.public_id, 'seen_at', s.seen_at, 'proved_at', s.proved_at,
             'notices', s.notices, 'is_remembered', s.is_remembered,
             'login', jsonb_build_object('id', l.id, 'public_id', l.public_id, 'email', l.email, 'name', l.name,
                                         'role', l.role, 'has_password', l.password <> ''))
      INTO visit
      FROM people_loginsession s JOIN people_login l ON l.id = s.login_id
     WHERE s.company_id = (company->>'id')::bigint AND s.digest = asked_digest AND s.ended_at IS NULL AND s.expires_at > now()
       AND (s.idle_minutes IS NULL OR s.seen_at + make_interval(mins => s.idle_minutes) > now())
       AND l.is_active AND l.side = asked_side;
  END IF;
  RETURN jsonb_build_object('company', company, 'brand', brand, 'session', visit);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(ENTER, "DROP FUNCTION portico_enter(text, text, bytea, boolean)"),
    ]
