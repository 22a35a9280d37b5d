"""Form fields every app shares."""

from django import forms


class DateField(forms.DateField):
    """A day, asked for with the browser's own date control; also understands 2026年10月26日 and 20261026."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d", "%Y年%m月%d日", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d"]

    def __init__(self, **kwargs) -> None:
        super().__init__(input_formats=self.input_formats, **kwargs)
