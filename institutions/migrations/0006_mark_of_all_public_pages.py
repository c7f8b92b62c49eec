from django.db import migrations


class Migration(migrations.Migration):
    """The mark of the public pages belongs to more than the register: it is drawn anew in `web`."""

    dependencies = [("institutions", "0005_rulings_end_with_their_issue"), ("web", "0001_initial")]

    operations = [migrations.DeleteModel(name="PublicMark")]
