"""The database itself refuses to change a list that was published: its head, its rows, also new rows."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION institutions_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published list is frozen: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION institutions_refuse_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND EXISTS (
            SELECT FROM institutions_listissue WHERE id = OLD.issue_id AND state = 'published'))
       OR (TG_OP <> 'DELETE' AND EXISTS (
            SELECT FROM institutions_listissue WHERE id = NEW.issue_id AND state = 'published'))
    THEN
        RAISE EXCEPTION 'a published list is frozen: % refused', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER institutions_issue_frozen BEFORE UPDATE OR DELETE ON institutions_listissue
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION institutions_refuse_published();
CREATE TRIGGER institutions_entry_frozen BEFORE INSERT OR UPDATE OR DELETE ON institutions_listentry
    FOR EACH ROW EXECUTE FUNCTION institutions_refuse_entry();
"""

BACKWARD = """
DROP TRIGGER institutions_entry_frozen ON institutions_listentry;
DROP TRIGGER institutions_issue_frozen ON institutions_listissue;
DROP FUNCTION institutions_refuse_entry();
DROP FUNCTION institutions_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
