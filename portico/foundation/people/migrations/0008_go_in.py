"""`portico_go_in`: what `portico_way_in` finds, and besides the host that the company goes by today, the branch's
opening hours, and whether a portal that is being tried out lets this person in.

The function of before stays for processes that were not restarted yet.
"""

from django.db import migrations

GO_IN = """
CREATE FUNCTION portico_go_in(asked_host text, asked_side text, asked_digest bytea, only_read boolean,
                              OUT entry json, OUT of_company bigint, OUT email text)
LANGUAGE plpgsql AS $$
DECLARE
  company json;
  brand json;
  visit json;
  told text;
  of_state text;
BEGIN
  SELECT c.id, c.portal_state, json_build_object('id', c.id, 'public_id', c.public_id, 'name', c.name, 'currency', c.currency,
                                 'portal_state', c.portal_state, 'host', h.host, 'primary_host', p.host)
    INTO of_company, of_state, company
    FROM public.tenancy_hostname h JOIN public.tenancy_company c ON c.id = h.company_id
    JOIN public.tenancy_hostname p ON p.company_id = c.id AND p.is_primary WHERE h.host = asked_host;
  IF only_read THEN told := set_config('transaction_read_only', 'on', true); END IF;
  told := set_config('portico.company', coalesce(of_company::text, ''), true);
  IF of_company IS NULL THEN RETURN; END IF;
  SELECT (SELECT json_build_object('id', b.id, 'public_id', b.public_id, 'display_name', b.display_name,
                                   'phone', b.phone, 'support_email', b.support_email, 'address', b.address,
                                   'color', b.color, 'logo_digest', b.logo_digest, 'time_zone', b.time_zone,
                                   'opening_hours', b.opening_hours)
            FROM public.tenancy_branch b WHERE b.company_id = of_company AND b.is_main),
         v.visit, v.email
    INTO brand, visit, email
    FROM (SELECT) AS once LEFT JOIN LATERAL (
      SELECT l.email, json_build_object(
               'id', s.id, 'public_id', s.public_id, 'seen_at', s.seen_at, 'proved_at', s.proved_at,
               'notices', s.notices, 'is_remembered', s.is_remembered,
               'is_let_in', CASE of_state WHEN 'on' THEN true WHEN 'test' THEN EXISTS (
                   SELECT FROM public.tenancy_portaltester t WHERE t.company_id = of_company AND t.email = l.email)
                 ELSE false END,
               'login', json_build_object('id', l.id, 'public_id', l.public_id, 'email', l.email, 'name', l.name,
                                          'role', l.role, 'has_password', l.password <> '')) AS visit
        FROM public.people_loginsession s
        JOIN public.people_login l ON l.id = s.login_id AND l.company_id = s.company_id
       WHERE s.company_id = of_company AND s.digest = asked_digest AND s.ended_at IS NULL AND s.expires_at > now()
         AND (s.idle_minutes IS NULL OR s.seen_at + make_interval(mins => s.idle_minutes) > now())
         AND l.is_active AND l.side = asked_side) v ON true;
  entry := json_build_object('company', company, 'brand', brand, 'session', visit);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_calendar_feed"), ("tenancy", "0002_fronts")]

    operations = [
        migrations.RunSQL(GO_IN, "DROP FUNCTION portico_go_in(text, text, bytea, boolean)"),
    ]
