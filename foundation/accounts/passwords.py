"""What a password must be. Each rule can say itself before anything is typed."""

import re
import unicodedata

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from foundation.accounts.models import PasswordRecord, User

_FEWEST_CHARACTERS = 5
_LOCAL_WORDS = ("dingbian", "shuangjian", "jiaotiju", "password", "qwerty", "admin")
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


class Length:
    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < settings.PASSWORD_MIN_LENGTH:
            raise ValidationError(
                f"密码只有 {len(password)} 个字符，至少要 {settings.PASSWORD_MIN_LENGTH} 个。"
            )
        if len(password) > settings.PASSWORD_MAX_LENGTH:
            raise ValidationError(f"密码最长 {settings.PASSWORD_MAX_LENGTH} 个字符，请缩短。")

    def get_help_text(self) -> str:
        return (
            f"{settings.PASSWORD_MIN_LENGTH} 至 {settings.PASSWORD_MAX_LENGTH} 个字符；"
            "可以是一句话，空格和汉字都可以用"
        )


class Classes:
    """The assessment's composition rule: off unless the office switches it on."""

    def validate(self, password: str, user: User | None = None) -> None:
        used = sum(1 for kind in _KINDS if re.search(kind, password))
        if used < settings.PASSWORD_CLASSES:
            raise ValidationError(
                f"大写字母、小写字母、数字、其他符号中至少要用 {settings.PASSWORD_CLASSES} 类，"
                f"现在用了 {used} 类。"
            )

    def get_help_text(self) -> str:
        if not settings.PASSWORD_CLASSES:
            return ""
        return f"大写字母、小写字母、数字、其他符号中至少用 {settings.PASSWORD_CLASSES} 类"


class NotCommon:
    def __init__(self) -> None:
        self._listed = CommonPasswordValidator().passwords

    def validate(self, password: str, user: User | None = None) -> None:
        plain = _plain(password)
        # A listed word with digits and signs around it is tried just as early as the word itself.
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        for word in _LOCAL_WORDS:
            core = core.replace(word, "")
        if plain in self._listed or core in self._listed or len(core) < _FEWEST_CHARACTERS - 1:
            raise ValidationError("这是常见的密码，很容易被猜到，请换一个。")
        if len(set(plain)) < _FEWEST_CHARACTERS:
            raise ValidationError("密码里重复的字符太多，请换一个。")

    def get_help_text(self) -> str:
        return "不能是常见密码、连续数字，或只在常见单词前后加数字"


class NotLikeThePerson:
    def validate(self, password: str, user: User | None = None) -> None:
        if user is None:
            return
        plain = _plain(password)
        for own in (user.username, user.name, user.certificate_no, user.email.partition("@")[0]):
            if len(own) > 1 and _plain(own) in plain:
                raise ValidationError("密码里不能含有自己的姓名、用户名或证号。")

    def get_help_text(self) -> str:
        return "不能含有自己的姓名、用户名或证号"


class NotUsedBefore:
    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        former = PasswordRecord.objects.filter(user=user).values_list("password", flat=True)
        hashes = [user.password, *former[: settings.PASSWORD_HISTORY]]
        if any(check_password(password, one) for one in hashes if one):
            raise ValidationError(f"最近 {settings.PASSWORD_HISTORY} 次用过的密码不能再用。")

    def get_help_text(self) -> str:
        return f"不能与最近 {settings.PASSWORD_HISTORY} 次用过的密码相同"
