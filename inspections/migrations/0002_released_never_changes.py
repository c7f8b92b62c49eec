"""The database itself refuses to touch a version of the checklist once it is no draft any more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inspections_refuse_settled(checklist bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections_checklist WHERE id = checklist AND state <> 'draft') THEN
        RAISE EXCEPTION 'a released checklist never changes'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

CREATE FUNCTION inspections_checklist_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_settled(OLD.id);
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_settled BEFORE UPDATE OR DELETE ON inspections_checklist
    FOR EACH ROW EXECUTE FUNCTION inspections_checklist_settled();

CREATE FUNCTION inspections_area_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_settled(checklist)
        FROM unnest(ARRAY[OLD.checklist_id, NEW.checklist_id]) AS checklist;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_settled BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistarea
    FOR EACH ROW EXECUTE FUNCTION inspections_area_settled();

CREATE FUNCTION inspections_item_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_settled(checklist_id)
        FROM inspections_checklistarea WHERE id IN (OLD.area_id, NEW.area_id);
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_settled BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistitem
    FOR EACH ROW EXECUTE FUNCTION inspections_item_settled();

CREATE FUNCTION inspections_item_row_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_settled(area.checklist_id)
        FROM inspections_checklistitem item
        JOIN inspections_checklistarea area ON area.id = item.area_id
        WHERE item.id IN (OLD.checklistitem_id, NEW.checklistitem_id);
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_settled
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistitem_departments
    FOR EACH ROW EXECUTE FUNCTION inspections_item_row_settled();
CREATE TRIGGER inspections_settled
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistitem_categories
    FOR EACH ROW EXECUTE FUNCTION inspections_item_row_settled();
CREATE TRIGGER inspections_settled
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_checklistitem_bases
    FOR EACH ROW EXECUTE FUNCTION inspections_item_row_settled();
"""

BACKWARD = """
DROP TRIGGER inspections_settled ON inspections_checklistitem_departments;
DROP TRIGGER inspections_settled ON inspections_checklistitem_categories;
DROP TRIGGER inspections_settled ON inspections_checklistitem_bases;
DROP FUNCTION inspections_item_row_settled();
DROP TRIGGER inspections_settled ON inspections_checklistitem;
DROP FUNCTION inspections_item_settled();
DROP TRIGGER inspections_settled ON inspections_checklistarea;
DROP FUNCTION inspections_area_settled();
DROP TRIGGER inspections_settled ON inspections_checklist;
DROP FUNCTION inspections_checklist_settled();
DROP FUNCTION inspections_refuse_settled(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
