"""The database itself refuses what the law does not know: fewer than two inspectors, an office that inspects."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inspections_refuse_alone(inspection bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections_inspection
               WHERE id = inspection AND state IN ('waiting', 'approved'))
       AND (SELECT count(*) FROM inspections_inspector
            WHERE inspection_id = inspection AND left_at IS NULL AND certificate_no <> '') < 2
    THEN
        RAISE EXCEPTION 'an inspection needs two inspectors with certificates'
            USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION inspections_inspection_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_alone(NEW.id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER inspections_two_inspectors
    AFTER INSERT OR UPDATE ON inspections_inspection DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION inspections_inspection_alone();

CREATE FUNCTION inspections_inspector_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_alone(OLD.inspection_id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER inspections_two_inspectors
    AFTER UPDATE OR DELETE ON inspections_inspector DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION inspections_inspector_alone();

CREATE FUNCTION inspections_section_of_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT is_enforcement_subject FROM accounts_department WHERE id = NEW.department_id)
    THEN
        RAISE EXCEPTION 'only an enforcement subject inspects'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER inspections_of_subjects
    BEFORE INSERT OR UPDATE OF department_id ON inspections_section
    FOR EACH ROW EXECUTE FUNCTION inspections_section_of_subject();
"""

BACKWARD = """
DROP TRIGGER inspections_of_subjects ON inspections_section;
DROP FUNCTION inspections_section_of_subject();
DROP TRIGGER inspections_two_inspectors ON inspections_inspector;
DROP FUNCTION inspections_inspector_alone();
DROP TRIGGER inspections_two_inspectors ON inspections_inspection;
DROP FUNCTION inspections_inspection_alone();
DROP FUNCTION inspections_refuse_alone(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_inspections")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
