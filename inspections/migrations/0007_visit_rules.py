"""The database itself keeps two inspectors to the end of a visit, and refuses to change what was answered."""

from django.db import migrations

_ALONE = """
CREATE OR REPLACE FUNCTION inspections_refuse_alone(inspection bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections_inspection
               WHERE id = inspection AND state IN ({states}))
       AND (SELECT count(*) FROM inspections_inspector
            WHERE inspection_id = inspection AND left_at IS NULL AND certificate_no <> '') < 2
    THEN
        RAISE EXCEPTION 'an inspection needs two inspectors with certificates'
            USING ERRCODE = 'check_violation';
    END IF;
END
$$;
"""

_BEFORE = _ALONE.format(states="'waiting', 'approved'")
_UNTIL_THE_END = _ALONE.format(states="'waiting', 'approved', 'running', 'concluded'")

FORWARD = """
CREATE FUNCTION inspections_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer never changes'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER inspections_stays BEFORE UPDATE OR DELETE ON inspections_answer
    FOR EACH ROW EXECUTE FUNCTION inspections_answer_stays();
CREATE TRIGGER inspections_stays BEFORE UPDATE OR DELETE ON inspections_choice
    FOR EACH ROW EXECUTE FUNCTION inspections_answer_stays();
"""

BACKWARD = """
DROP TRIGGER inspections_stays ON inspections_choice;
DROP TRIGGER inspections_stays ON inspections_answer;
DROP FUNCTION inspections_answer_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0006_visits")]

    operations = [
        migrations.RunSQL(_UNTIL_THE_END, _BEFORE),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
