from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qumulus.cli.histogram import histogram

COUNTS = st.dictionaries(
    st.text("01", min_size=1, max_size=130), st.integers(0, 10**7), min_size=1, max_size=40
)


def test_a_bell_pair() -> None:
    lines = list(histogram({"11": 256, "00": 512}, width=40))
    assert lines == [
        "00  ███████████████████████  0.6667  512",
        "11  ███████████▌             0.3333  256",
    ]


def test_without_unicode_the_bars_are_ascii() -> None:
    lines = list(histogram({"1": 1, "0": 2}, width=40, unicode=False))
    assert "".join(lines).isascii()
    assert lines[0].count("#") == 2 * lines[1].count("#")


def test_the_rest_is_one_row() -> None:
    lines = list(histogram({f"{number:04b}": number for number in range(16)}, top=2))
    assert [line.split()[0] for line in lines[:2]] == ["1111", "1110"]
    assert lines[2].split()[:2] == ["14", "others"]
    assert lines[2].split()[-1] == str(sum(range(14)))
    assert len(lines) == 3


def test_an_outcome_too_wide_stands_above_its_bar() -> None:
    lines = list(histogram({"0" * 128: 5, "1" * 128: 5}, width=80))
    assert lines[0] + lines[1] == "0" * 128
    assert lines[2].split() == [lines[2].split()[0], "0.5000", "5"]


def test_no_counts_are_said() -> None:
    assert list(histogram({})) == list(histogram({"0": 0})) == ["no counts"]


@given(COUNTS, st.integers(40, 200), st.integers(1, 50), st.booleans())
def test_no_line_is_wider_than_the_screen_and_all_shots_are_shown(
    counts: dict[str, int], width: int, top: int, unicode: bool
) -> None:
    lines = list(histogram(counts, width=width, top=top, unicode=unicode))
    assert max(map(len, lines)) <= width
    if sum(counts.values()):
        shown = [line.split() for line in lines if "." in line]
        assert sum(int(words[-1]) for words in shown) == sum(counts.values())
        assert len(shown) == min(len(counts), top + 1)
