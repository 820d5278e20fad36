"""A definition is some 150 kB that comes along with a case: packing and unpacking it costs more than the room it takes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0002_versions_never_change")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE products_productversion ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE products_productversion ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
