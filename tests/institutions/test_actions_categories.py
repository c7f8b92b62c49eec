"""The categories with which a register starts."""

from foundation.accounts.actions.departments import load_departments
from foundation.actor import CONSOLE
from institutions.actions.categories import load_categories
from institutions.models import Category


def test_categories_are_entered_once_and_stay_as_the_office_keeps_them(db: None) -> None:
    load_departments(by=CONSOLE)

    assert load_categories(by=CONSOLE) == 5
    Category.objects.filter(code="WH").update(name="文艺类")
    assert load_categories(by=CONSOLE) == 0

    led = {row.code: row.lead_department.code for row in Category.objects.all()}
    assert led == {"XK": "jiaoti", "TY": "jiaoti", "WH": "wenlv", "KJ": "fagai", "QT": "jiaoti"}
    assert Category.objects.get(code="WH").name == "文艺类"
