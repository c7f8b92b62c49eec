"""Plain text tables: which encoding, which separator, which rows; refused where it would be a guess."""

import csv
import re
from collections.abc import Iterator

from foundation.tabular import limits
from foundation.tabular.refusal import RefusedFileError

_SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
_UNKNOWN = "无法确定文件的文字编码，为免出现乱码，不予导入。" + _SAVE_AGAIN
_GARBLED = "文件里的文字已经是乱码。请从原系统重新导出，或另存为 .xlsx 后再导入。"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_CHINESE = re.compile(
    r"[\u2000-\u206f\u2150-\u27bf\u3000-\u30ff\u3200-\u33ff\u3400-\u9fff\uff00-\uffef]"
)
_SAMPLE = 20_000
_COMMON_SHARE = 0.9  # of the Han characters of a Chinese list, those of the 6,763 of GB 2312


def examine(content: bytes) -> None:
    """Pass, or RefusedFileError."""
    text = decode(content)
    head = text.lstrip()[:200].lower()
    if head.startswith("<"):
        raise RefusedFileError("这是网页或 XML 文件，不是表格。" + _SAVE_AGAIN)


def decode(content: bytes) -> str:
    """The text in the one encoding that makes sense of it, or RefusedFileError."""
    marked = _by_mark(content)
    text = marked if marked is not None else _by_sense(content)
    if "\x00" in text or _CONTROL.search(text):
        raise RefusedFileError("文件含有控制字符，不是文本表格。" + _SAVE_AGAIN)
    if "\ufffd" in text or "锟斤拷" in text or _was_read_wrongly(text):
        raise RefusedFileError(_GARBLED)
    return text


def _by_mark(content: bytes) -> str | None:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise RefusedFileError(_UNKNOWN) from error
    return None


def _by_sense(content: bytes) -> str:
    if content.isascii():
        return content.decode("ascii")
    utf8, gb = _attempt(content, "utf-8"), _attempt(content, "gb18030")
    if utf8 is not None and (gb is None or _CHINESE.search(utf8)):
        return utf8
    if utf8 is None and gb is not None and _is_common(gb):
        return gb
    raise RefusedFileError(_UNKNOWN)


def _attempt(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_common(text: str) -> bool:
    """True where the characters are those a list in Chinese is written with."""
    foreign = "".join(_NOT_ASCII.findall(text))[:_SAMPLE]
    common = len(foreign.encode("gb2312", "ignore")) // 2
    return bool(_HAN.search(foreign)) and common >= _COMMON_SHARE * len(foreign)


def _was_read_wrongly(text: str) -> bool:
    """True where the text turns into other Chinese when written back as another encoding read it."""
    foreign = "".join(_NOT_ASCII.findall(text))[:_SAMPLE]
    if len(foreign) < 4:
        return False
    return any(_turns(foreign, encoding) for encoding in ("gb18030", "cp1252", "latin-1"))


def _turns(foreign: str, encoding: str) -> bool:
    try:
        other = foreign.encode(encoding).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return bool(_HAN.search(other))


def rows(content: bytes) -> list[list[str]]:
    """The cells row by row, as they stand."""
    text = decode(content)
    found: list[list[str]] = []
    try:
        for row in csv.reader(_lines(text), delimiter=_separator(text)):
            found.append(row)
            if len(found) > limits.ROWS or len(row) > limits.COLUMNS:
                raise RefusedFileError(
                    f"表格超过{limits.ROWS:,}行或{limits.COLUMNS}列。请分成几个文件导入。"
                )
    except csv.Error as error:
        raise RefusedFileError(
            f"第{len(found) + 1}行附近的引号不成对或内容过长。" + _SAVE_AGAIN
        ) from error
    return found


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        if end - start > limits.LINE_CHARACTERS:
            raise RefusedFileError("文件有一行过长，不是正常的表格。" + _SAVE_AGAIN)
        yield text[start:end]
        start = end


def _separator(text: str) -> str:
    """The sign that stands in most lines; a tab before others, for hardly a cell holds one."""
    head = text[:_SAMPLE]
    lines = head.splitlines()
    return max("\t,;", key=lambda sign: (sum(sign in line for line in lines), head.count(sign)))
