from django.db import migrations

# A published definition is evidence: whoever holds a write right, only the date of retirement may be set, once.
GUARD = """
CREATE FUNCTION products_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a published product version cannot be deleted';
    END IF;
    IF OLD.retired_at IS NOT NULL
       OR (to_jsonb(NEW) - 'retired_at') IS DISTINCT FROM (to_jsonb(OLD) - 'retired_at') THEN
        RAISE EXCEPTION 'a published product version cannot be changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER products_version_guard BEFORE UPDATE OR DELETE ON products_productversion
    FOR EACH ROW EXECUTE FUNCTION products_version_guard();
"""
UNGUARD = "DROP TRIGGER products_version_guard ON products_productversion; DROP FUNCTION products_version_guard();"


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
