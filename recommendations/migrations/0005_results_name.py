"""What the backoffice calls the results."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0003_runs")]

    operations = [
        migrations.AlterModelOptions(
            name="placeday",
            options={"verbose_name_plural": "recommendation results"},
        ),
    ]
