"""Checks of what people type: numbers of persons and companies, phones, names, dates, money.

Every ``validate_*`` and ``parse_*`` function returns the normal form of a value or raises :class:`InvalidValue` with a Chinese sentence
for the person who typed it. A passing check digit says that a number is well formed, never that an identity was verified.
"""

from .contact import validate_address, validate_email, validate_phone
from .errors import InvalidValue
from .identity import (
    ID_TYPES,
    MINOR_ID_TYPES,
    RESIDENT_NUMBER_TYPES,
    age_on,
    birth_date_of,
    id_check_character,
    province_of,
    sex_of,
    validate_birth_date,
    validate_id_document,
    validate_id_number,
)
from .masking import mask_account, mask_address, mask_email, mask_id_number, mask_name, mask_phone
from .organisation import organisation_check_character, uscc_check_character, validate_company_name, validate_licence_no, validate_uscc
from .values import parse_date, parse_integer, parse_money, validate_bank_account, validate_bank_card, validate_name, validate_text

__all__ = [
    "ID_TYPES",
    "MINOR_ID_TYPES",
    "RESIDENT_NUMBER_TYPES",
    "InvalidValue",
    "age_on",
    "birth_date_of",
    "id_check_character",
    "mask_account",
    "mask_address",
    "mask_email",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "organisation_check_character",
    "parse_date",
    "parse_integer",
    "parse_money",
    "province_of",
    "sex_of",
    "uscc_check_character",
    "validate_address",
    "validate_bank_account",
    "validate_bank_card",
    "validate_birth_date",
    "validate_company_name",
    "validate_email",
    "validate_id_document",
    "validate_id_number",
    "validate_licence_no",
    "validate_name",
    "validate_phone",
    "validate_text",
    "validate_uscc",
]
