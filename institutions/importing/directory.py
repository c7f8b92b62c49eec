"""Towns, categories and departments as a sheet may write them."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from foundation.accounts.models import Department, DepartmentKind
from foundation.tabular.values import fold
from institutions.models import Category

_PARTS = re.compile(r"[\s、，,;；/|+]+|和|及|与")
# What is not taught names no category: 非学科类, 舞蹈（不含学科培训）.
_NOT_TAUGHT = re.compile(
    r"非学科(?:类|性)?(?:培训)?|(?:不含|不包括|不包含|不涉及|不开展)[^;；。,，()（）]*"
)
_TOWN_END = re.compile(r"(?:街道办事处|街道办|街道|镇|乡)$")


def taught(text: str) -> str:
    """A description of what is taught without what it says is not."""
    return _NOT_TAUGHT.sub("", text)


@dataclass
class Directory:
    """The office's own lists, loaded once for a whole sheet."""

    towns: dict[str, int] = field(default_factory=dict)
    town_names: dict[int, str] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    department_names: dict[int, str] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    category_names: dict[int, str] = field(default_factory=dict)
    category_leads: dict[int, int] = field(default_factory=dict)
    words: list[tuple[str, int]] = field(default_factory=list)

    def town_of(self, text: str) -> int | None:
        """The town that a town column names."""
        plain = fold(text)
        found = self.towns.get(plain) or self.towns.get(_TOWN_END.sub("", plain))
        return found or self.town_in(plain)

    def town_in(self, address: str) -> int | None:
        """The town whose full name stands in an address; none when it is not one town's alone."""
        if self._any_town is None:
            return None
        found = {self._full_towns[name] for name in self._any_town.findall(address)}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _full_towns(self) -> dict[str, int]:
        return {name: pk for name, pk in self.towns.items() if _TOWN_END.search(name)}

    @cached_property
    def _any_town(self) -> re.Pattern[str] | None:
        # The longest first: 新安边镇 is not 安边镇.
        names = sorted(self._full_towns, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names))) if names else None

    def categories_named(self, text: str) -> tuple[list[int], list[str]]:
        """The categories of a category column, and the words in it that are none."""
        found: list[int] = []
        unknown = []
        plain = fold(text)
        parts = [part for part in _PARTS.split(taught(plain)) if part.strip("()")]
        for part in parts or [plain]:
            bare = part.removesuffix("培训").removesuffix("类") or part
            pk = self.categories.get(part) or self.categories.get(bare)
            pks = [pk] if pk else self.categories_in(part)
            found += pks
            unknown += [] if pks else [part]
        return sorted(set(found)), unknown

    def categories_in(self, text: str) -> list[int]:
        """The categories whose words stand in a description of what is taught: a guess."""
        said = taught(text)
        return sorted({pk for word, pk in self.words if word in said})

    def lead_of(self, categories: list[int]) -> int | None:
        """The department that leads on all of these categories, when there is one that is still active."""
        leads = {self.category_leads[pk] for pk in categories}
        lead = leads.pop() if len(leads) == 1 else None
        return lead if lead in self.department_names else None

    def department_of(self, text: str) -> int | None:
        """The department of that name or short name."""
        return self.departments.get(fold(text))


def load_directory() -> Directory:
    """The directory as it is now: three questions to the database."""
    directory = Directory()
    for department in Department.objects.filter(is_active=True):
        if department.kind == DepartmentKind.TOWN:
            directory.town_names[department.pk] = department.short_name
            for name in (department.name, department.short_name):
                directory.towns[name] = department.pk
                directory.towns.setdefault(_TOWN_END.sub("", name), department.pk)
        else:
            directory.department_names[department.pk] = department.short_name
            for name in (department.name, department.short_name):
                directory.departments[name] = department.pk
    for category in Category.objects.all():
        directory.category_names[category.pk] = category.name
        directory.category_leads[category.pk] = category.lead_department_id
        directory.categories[category.name] = category.pk
        directory.categories.setdefault(category.name.removesuffix("类"), category.pk)
        words = filter(None, _PARTS.split(category.words))
        directory.words += [(word, category.pk) for word in words]
    return directory
