"""Fields of what is sent: JSON's own types and nothing that merely looks like them.

REST framework's take 0 for "0", "2" for 2 and "yes" for true.
"""

from typing import Any

from rest_framework import serializers


class TextField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class EmailField(TextField, serializers.EmailField):
    """An address that mail can be sent to."""


class WholeNumberField(serializers.IntegerField):
    """2.0 is as good as 2: JSON has one kind of numbers."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            return int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class YesNoField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
