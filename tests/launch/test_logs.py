"""Log lines carry no telephone and no identity number."""

import logging

from dingbian_supervision.logs import MaskingFormatter, mask


def test_a_mobile_number_keeps_only_its_ends() -> None:
    assert mask("致电13812345678。") == "致电138****5678。"


def test_an_identity_number_keeps_only_its_region() -> None:
    assert mask("证件 61082519900307123X") == "证件 610825************"


def test_a_credit_code_is_public_and_stays() -> None:
    assert mask("52610825MJY12345X7") == "52610825MJY12345X7"


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("13812345678")
    except ValueError as error:
        told = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", None, told)
    assert "13812345678" not in MaskingFormatter("{message}", style="{").format(record)
