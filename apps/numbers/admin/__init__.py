from apps.numbers.admin.numbers import PhoneNumberAdmin
from apps.numbers.admin.pool import PoolNumberAdmin

__all__ = ["PhoneNumberAdmin", "PoolNumberAdmin"]
