"""What Excel calls a column."""


def column_letters(column: int) -> str:
    """A column counted from 0, as Excel writes it: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
