"""The database itself refuses to touch a draw once its list is fixed; only the seed and the result come after."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inspections_draw_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    by_the_seed text[] := ARRAY['state', 'seed', 'seed_witness', 'drawn_at', 'drawn_by_id', 'version'];
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'fixed' AND NEW.state = 'drawn'
       AND to_jsonb(OLD) - by_the_seed = to_jsonb(NEW) - by_the_seed THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a draw whose list is fixed never changes'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER inspections_stays BEFORE UPDATE OR DELETE ON inspections_draw
    FOR EACH ROW EXECUTE FUNCTION inspections_draw_stays();

CREATE FUNCTION inspections_refuse_draw(draw bigint, wanted text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections_draw WHERE id = draw AND state <> wanted) THEN
        RAISE EXCEPTION 'a draw whose list is fixed never changes'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

CREATE FUNCTION inspections_draw_list_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_draw(draw, 'draft')
        FROM unnest(ARRAY[OLD.draw_id, NEW.draw_id]) AS draw;
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_stays BEFORE INSERT OR UPDATE OR DELETE ON inspections_drawplace
    FOR EACH ROW EXECUTE FUNCTION inspections_draw_list_stays();
CREATE TRIGGER inspections_stays BEFORE INSERT OR UPDATE OR DELETE ON inspections_drawinspector
    FOR EACH ROW EXECUTE FUNCTION inspections_draw_list_stays();

CREATE FUNCTION inspections_draw_recusal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inspections_refuse_draw(draw_id, 'draft')
        FROM inspections_drawplace WHERE id IN (OLD.place_id, NEW.place_id);
    RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER inspections_stays BEFORE INSERT OR UPDATE OR DELETE ON inspections_drawrecusal
    FOR EACH ROW EXECUTE FUNCTION inspections_draw_recusal_stays();

CREATE FUNCTION inspections_drawn_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM inspections_refuse_draw(NEW.draw_id, 'fixed');
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was drawn never changes' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER inspections_stays BEFORE INSERT OR UPDATE OR DELETE ON inspections_drawnvisit
    FOR EACH ROW EXECUTE FUNCTION inspections_drawn_stays();

CREATE FUNCTION inspections_drawn_inspector_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM inspections_refuse_draw(draw_id, 'fixed')
            FROM inspections_drawnvisit WHERE id = NEW.drawnvisit_id;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was drawn never changes' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER inspections_stays
    BEFORE INSERT OR UPDATE OR DELETE ON inspections_drawnvisit_inspectors
    FOR EACH ROW EXECUTE FUNCTION inspections_drawn_inspector_stays();
"""

BACKWARD = """
DROP TRIGGER inspections_stays ON inspections_drawnvisit_inspectors;
DROP FUNCTION inspections_drawn_inspector_stays();
DROP TRIGGER inspections_stays ON inspections_drawnvisit;
DROP FUNCTION inspections_drawn_stays();
DROP TRIGGER inspections_stays ON inspections_drawrecusal;
DROP FUNCTION inspections_draw_recusal_stays();
DROP TRIGGER inspections_stays ON inspections_drawinspector;
DROP TRIGGER inspections_stays ON inspections_drawplace;
DROP FUNCTION inspections_draw_list_stays();
DROP FUNCTION inspections_refuse_draw(bigint, text);
DROP TRIGGER inspections_stays ON inspections_draw;
DROP FUNCTION inspections_draw_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0012_draws")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
