"""The one way in which this room says no: a sentence for the person who brought the file."""


class RefusedFileError(Exception):
    """The file is not taken in. The message is a Chinese sentence that says what to do."""
