"""The plainest row of each kind. Say only what the test is about; the rest is unremarkable."""

from itertools import count

from foundation.accounts.models import Department, DepartmentKind, Role, User

_numbers = count(1)

# Long enough for every rule about passwords, and nobody's.
PASSWORD = "unremarkable-words-4711"


def department(
    code: str = "jiaoti",
    *,
    name: str = "",
    kind: str = DepartmentKind.MEMBER,
    is_enforcement_subject: bool | None = None,
) -> Department:
    """A department; asked for twice by the same code, it is the same one."""
    subject = kind == DepartmentKind.MEMBER
    row, _ = Department.objects.get_or_create(
        code=code,
        defaults={
            "name": name or f"测试{code}局",
            "short_name": name[:20] or f"{code}局",
            "kind": kind,
            "is_enforcement_subject": subject
            if is_enforcement_subject is None
            else is_enforcement_subject,
        },
    )
    return row


def user(
    username: str = "",
    *,
    role: str = Role.OFFICE,
    department: Department | None = None,
    name: str = "",
    must_change_password: bool = False,
) -> User:
    """A person with an account that works at once."""
    username = username or f"person{next(_numbers)}"
    return User.objects.create_user(
        username=username,
        password=PASSWORD,
        role=role,
        name=name or f"人员{username}",
        department=department or office(),
        must_change_password=must_change_password,
    )


def office() -> Department:
    """The office itself."""
    return department("office", name="测试双减办", kind=DepartmentKind.OFFICE)
