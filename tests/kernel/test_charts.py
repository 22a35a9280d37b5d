"""Labels of bar charts keep within their place, in either language."""

from apps.kernel.charts import short


def test_a_label_that_fits_stays_and_a_longer_one_is_cut_in_either_language():
    assert short("公安机关审查中") == "公安机关审查中"
    assert short("Not filed") == "Not filed"
    assert short("Waiting for the procuratorate") == "Waiting for the p…"
    assert short("公安机关不予立案的复议") == "公安机关不予立案…"
