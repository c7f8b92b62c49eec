"""Several files in one field."""

from typing import Any

from django import forms

MOST_FILES = 10
# The server in front takes 30 MB at once; some of it is the rest of the form.
MOST_MEGABYTES = 28
# Named one by one: so a phone that takes HEIC sends JPEG.
PICTURES = "image/jpeg,image/png,image/webp"


class FilesInput(forms.FileInput):
    """The browser lets people choose more than one."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True} | (attrs or {}))


class FilesField(forms.FileField):
    """Each file is looked at as one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list) else [data] if data else []
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > MOST_FILES:
            raise forms.ValidationError(f"一次最多选择 {MOST_FILES} 个文件。")
        if sum(one.size for one in given) > MOST_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                f"所选文件合计超过 {MOST_MEGABYTES} MB，请压缩或减少文件后重新选择。"
            )
        return [super(FilesField, self).clean(one, initial) for one in given]
