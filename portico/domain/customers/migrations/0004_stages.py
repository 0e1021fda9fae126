"""How far each address is stands in its row, kept by the database: the invitation, its mail, its link and the login
each live in another table, and a list of ten thousand is cut by state before anything is joined to it.

A row that is touched works its stage out anew; what happens in the other tables touches the rows it is about.
"""

from django.db import migrations, models
from django.db.models.functions import Now

KEEP = """
CREATE FUNCTION customers_work_out_stage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mail record;
  login record;
  before constant text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.stage END;
  at timestamptz;
BEGIN
  SELECT g.last_signed_in_at, g.created_at INTO login FROM people_login g
    WHERE g.company_id = NEW.company_id AND g.side = 'customer' AND g.email = NEW.email AND g.is_active;
  IF NOT NEW.is_present THEN NEW.stage := 'removed';
  ELSIF NEW.revoked_at IS NOT NULL THEN NEW.stage := 'revoked'; at := NEW.revoked_at;
  ELSIF EXISTS (SELECT FROM customers_emailaddress a WHERE a.company_id = NEW.company_id AND a.id = NEW.address_id
      AND a.is_placeholder) THEN NEW.stage := 'nobody';
  ELSIF login.created_at IS NOT NULL AND login.last_signed_in_at > login.created_at + interval '1 hour' THEN
    NEW.stage := 'account'; at := login.last_signed_in_at;
  ELSIF login.created_at IS NOT NULL THEN NEW.stage := 'registered'; at := login.created_at;
  ELSIF NEW.invited_at IS NULL THEN NEW.stage := 'never';
  ELSE
    SELECT m.state, m.queued_at INTO mail FROM messaging_message m
      WHERE m.company_id = NEW.company_id AND m.subject_id = NEW.public_id AND m.kind = 'invitation'
      ORDER BY m.queued_at DESC, m.id DESC LIMIT 1;
    at := NEW.invited_at;
    IF mail.state IN ('failed', 'bounced') THEN NEW.stage := 'bounced';
    ELSIF mail.state = 'queued' THEN NEW.stage := 'queued';
    ELSIF EXISTS (SELECT FROM people_onetimelink k WHERE k.company_id = NEW.company_id
        AND k.subject_id = NEW.public_id AND k.opened_at IS NOT NULL AND k.ended_at IS NULL) THEN
      NEW.stage := 'opened';
    ELSE NEW.stage := 'sent';
    END IF;
  END IF;
  NEW.stage_at := coalesce(at, CASE WHEN before = NEW.stage THEN OLD.stage_at ELSE now() END);
  RETURN NEW;
END $$;
CREATE TRIGGER work_out_stage BEFORE INSERT OR UPDATE ON customers_portalcontact
  FOR EACH ROW EXECUTE FUNCTION customers_work_out_stage();

CREATE FUNCTION customers_touch_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE customers_portalcontact SET stage = stage
    WHERE company_id = NEW.company_id AND public_id = NEW.subject_id;
  RETURN NULL;
END $$;
CREATE TRIGGER touch_invited AFTER INSERT OR UPDATE OF state ON messaging_message
  FOR EACH ROW WHEN (NEW.kind = 'invitation' AND NEW.subject_id IS NOT NULL)
  EXECUTE FUNCTION customers_touch_subject();
CREATE TRIGGER touch_invited AFTER UPDATE OF opened_at ON people_onetimelink
  FOR EACH ROW WHEN (NEW.subject_id IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at)
  EXECUTE FUNCTION customers_touch_subject();

CREATE FUNCTION customers_touch_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE customers_portalcontact SET stage = stage
    WHERE company_id = NEW.company_id AND email = NEW.email;
  RETURN NULL;
END $$;
CREATE TRIGGER touch_enrolled AFTER INSERT OR UPDATE OF email, is_active, last_signed_in_at ON people_login
  FOR EACH ROW WHEN (NEW.side = 'customer') EXECUTE FUNCTION customers_touch_email();
CREATE TRIGGER touch_shared AFTER INSERT ON customers_emailaddress
  FOR EACH ROW WHEN (NEW.is_placeholder) EXECUTE FUNCTION customers_touch_email();
CREATE TRIGGER touch_shared_or_not AFTER UPDATE OF is_placeholder ON customers_emailaddress
  FOR EACH ROW WHEN (OLD.is_placeholder IS DISTINCT FROM NEW.is_placeholder) EXECUTE FUNCTION customers_touch_email();
"""
FORGET = """
DROP TRIGGER touch_shared_or_not ON customers_emailaddress;
DROP TRIGGER touch_shared ON customers_emailaddress;
DROP TRIGGER touch_enrolled ON people_login;
DROP FUNCTION customers_touch_email();
DROP TRIGGER touch_invited ON people_onetimelink;
DROP TRIGGER touch_invited ON messaging_message;
DROP FUNCTION customers_touch_subject();
DROP TRIGGER work_out_stage ON customers_portalcontact;
DROP FUNCTION customers_work_out_stage();
"""
FILL = """
DO $$
DECLARE one bigint;
BEGIN
  FOR one IN SELECT id FROM tenancy_company LOOP
    PERFORM set_config('portico.company', one::text, true);
    UPDATE customers_portalcontact SET stage = stage WHERE company_id = one;
  END LOOP;
  PERFORM set_config('portico.company', '', true);
END $$;
"""

class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_household"),
        ("messaging", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="portalcontact",
            name="stage",
            field=models.CharField(default="never", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="portalcontact",
            name="stage_at",
            field=models.DateTimeField(db_default=Now(), editable=False),
        ),
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="portalcontact",
            index=models.Index(fields=["company", "stage", "-stage_at", "-id"], name="portal_contact_by_stage"),
        ),
    ]
