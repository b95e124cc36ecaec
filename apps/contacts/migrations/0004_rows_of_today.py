from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

# The names are Django's, the same on both databases.
DROPPED = {
    'contacts_call_instance_id_cb63dbec': ('contacts_call', 'instance_id'),
    'contacts_connection_instance_id_57942ef3': ('contacts_connection', 'instance_id'),
    'contacts_contact_instance_id_4ab1f268': ('contacts_contact', 'instance_id'),
    'contacts_contact_queue_id_0565be8f': ('contacts_contact', 'queue_id'),
    'contacts_contactevent_instance_id_0bd9245b': ('contacts_contactevent', 'instance_id'),
    'contacts_flowrun_instance_id_0eb67b00': ('contacts_flowrun', 'instance_id'),
    'contacts_offer_instance_id_da4716f3': ('contacts_offer', 'instance_id'),
}


def drop(name, table, column):
    """Only the index: to alter the field, Django would copy the whole table on SQLite."""
    return migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')


def to_instance(model):
    foreign_key = models.ForeignKey(db_index=False, on_delete=CASCADE, related_name='+', to='instances.instance')
    return migrations.AlterField(model, 'instance', foreign_key)


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0003_open_rows'),
        ('instances', '0003_quotas_and_approved_origins'),
        ('routing', '0003_quick_connects'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[drop(name, table, column) for name, (table, column) in DROPPED.items()],
            state_operations=[
                *[to_instance(model) for model in ('call', 'connection', 'contact', 'contactevent', 'flowrun', 'offer')],
                migrations.AlterField(
                    model_name='contact',
                    name='queue',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name='contacts', to='routing.queue'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(condition=models.Q(('applied_version__lt', models.F('version'))), fields=['ended_at'], name='call_behind'),
        ),
        migrations.AddIndex(
            model_name='connection',
            index=models.Index(condition=models.Q(('state', 'disconnected'), _negated=True), fields=['call'], name='connection_live'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['queue', 'state'], name='contact_of_queue'),
        ),
    ]
