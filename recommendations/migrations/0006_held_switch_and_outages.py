"""Who took lists away is not overruled by the next night; an outage uses up no attempt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0005_results_name")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="is_held",
            field=models.BooleanField(default=False),
        ),
        # Only staff did either.
        migrations.RunSQL(
            "UPDATE recommendations_publication SET is_held = true"
            " WHERE run_id IS NULL OR reason LIKE 'Rolled back from %'",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="recommendationrun",
            name="outages",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="recommendationrun",
            name="resume_at",
            field=models.DateTimeField(null=True),
        ),
    ]
