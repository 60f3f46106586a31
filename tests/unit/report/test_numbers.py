import pytest

from memisis_core.report.numbers import duration, measured, plain


@pytest.mark.parametrize(
    ("value", "interval", "text"),
    [
        (0.94, (0.931, 0.949), "0.9400 [0.9310, 0.9490]"),
        (0.94, (0.92, 0.96), "0.940 [0.920, 0.960]"),
        (0.5123, (0.4, 0.62), "0.51 [0.40, 0.62]"),
        (12345.6, (12000.0, 12700.0), "12,346 [12,000, 12,700]"),
        (0.0, (0.0, 0.0), "0.000 [0.000, 0.000]"),
        (-0.0001, (-0.02, 0.02), "0.000 [-0.020, 0.020]"),
        (0.98765, None, "0.988"),
        (1.0, None, "1"),
        (0.0, None, "0"),
        (123456.0, None, "123,456"),
        (1e-9, None, "0"),
    ],
)
def test_values_are_rounded_to_their_uncertainty(value, interval, text):
    assert measured(value, interval) == text


def test_small_values_keep_their_digits():
    assert plain(0.00123456) == "0.00123"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (41.2, "41 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
        (59.7, "1 min 0 s"),
    ],
)
def test_durations_read_easily(seconds, text):
    assert duration(seconds) == text
