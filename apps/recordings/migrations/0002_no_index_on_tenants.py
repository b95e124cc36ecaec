from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):

    dependencies = [
        ('instances', '0003_quotas_and_approved_origins'),
        ('recordings', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # only the index: to alter the field, Django would copy the whole table on SQLite
                migrations.RunSQL(
                    'DROP INDEX "recordings_recording_instance_id_2686d9f9"',
                    'CREATE INDEX "recordings_recording_instance_id_2686d9f9" ON "recordings_recording" ("instance_id")',
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='recording',
                    name='instance',
                    field=models.ForeignKey(db_index=False, on_delete=CASCADE, related_name='+', to='instances.instance'),
                ),
            ],
        ),
    ]
