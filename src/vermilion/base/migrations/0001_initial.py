import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Nothing of ours needs these before, but Django renders every model of the state again at each altered field: run last, the hundred
    # migrations of the libraries would take three times as long.
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=40)),
                ("wrapped", models.BinaryField()),
                ("master", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="InstanceFact",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="JobFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job_id", models.BigIntegerField(db_index=True)),
                ("task", models.CharField(max_length=128)),
                ("attempt", models.PositiveIntegerField()),
                ("error", models.CharField(max_length=200)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("message", models.CharField(blank=True, max_length=500)),
                ("place", models.TextField(blank=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION base_instancefact_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'a fact about the instance cannot be changed or removed';
            END $$;
            CREATE TRIGGER base_instancefact_final BEFORE UPDATE OR DELETE ON base_instancefact
                FOR EACH ROW EXECUTE FUNCTION base_instancefact_is_final();
            """,
            "DROP TRIGGER base_instancefact_final ON base_instancefact; DROP FUNCTION base_instancefact_is_final();",
        ),
    ]
