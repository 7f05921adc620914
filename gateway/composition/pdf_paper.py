"""Paper of PDF documents: A4 in our fonts, text of every script that they have, and a table whose numbers never break."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fpdf import FPDF

from gateway.composition.pdf_fonts import FOLDER, MAIN, drawable, is_plain, others_for

INK, QUIET, RULE = 20, 100, 210
TEXT_WIDTH = 66  # what the text of a table has at least, in mm
GAP = 3

Row = tuple[str, ...]


class Paper(FPDF):
    """A4 with `name` and the page at the foot of each; the same words make the same bytes."""

    def __init__(self, name: str, day: str):
        super().__init__(format="A4")
        self.name = name
        self._headings: tuple[Row, Sequence[float]] | None = None
        self._others: tuple[str, ...] = ()
        self.set_creation_date(datetime.fromisoformat(day).replace(tzinfo=UTC))
        self.set_lang("en")
        for style, file in MAIN.items():
            self.add_font("DejaVu", style, FOLDER / file)
        self.set_margins(12, 14)
        self.set_auto_page_break(True, 20)
        self.add_page()

    def header(self) -> None:
        """The headings of a table that goes on from the page before."""
        if self._headings:
            shaping, others = self.text_shaping, self._others
            self._write_headings()
            self.text_shaping = shaping
            self._use_others(others)

    def footer(self) -> None:
        """The document's name and the page, on every page."""
        self.set_y(-14)
        self.ink(8, grey=QUIET)
        self.cell(0, 5, f"{self.name} · Page {self.page_no()} of {{nb}}", align="R")

    def cell(self, w=None, h=None, text="", *args, **options):
        """FPDF's, with what `text` needs to be drawn."""
        self._suit(text)
        return super().cell(w, h, text, *args, **options)

    def multi_cell(self, w, h=None, text="", *args, **options):
        """FPDF's, with what `text` needs to be drawn."""
        self._suit(text)
        return super().multi_cell(w, h, text, *args, **options)

    def ink(self, size: float, style: str = "", grey: int = INK) -> None:
        """What the next words are written with."""
        self.set_font("DejaVu", style, size)
        self.set_text_color(grey)

    def small(self, text: str) -> None:
        """A quiet caption on a line of its own."""
        self.ink(8, grey=QUIET)
        self.cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")

    def write_text(self, text: str, style: str = "", width: float = 0) -> None:
        """Text that somebody typed, in as many lines as it needs, each in its own direction from the left margin."""
        self.ink(9.5, style)
        for line in drawable(text).split("\n"):
            self.multi_cell(width, 5, line, align="L", new_x="LMARGIN", new_y="NEXT")

    def write_table(self, headings: Row, rows: Sequence[Row]) -> None:
        """A table of text and, in the columns after the first, numbers.

        A number stays whole: its column is as wide as its widest, and where they leave no room for the text the type
        of all numbers shrinks. Text flows over as many lines and pages as it needs, under the headings on each.
        """
        size, widths = self._number_columns(headings, rows)
        self._headings = headings, widths
        self._write_headings()
        for row in rows:
            self._write_row(row, size, widths)
        self._headings = None

    def width_of(self, text: str, size: float, style: str = "") -> float:
        """How wide `text` is on one line, in mm."""
        self.ink(size, style)
        self._suit(text)
        return self.get_string_width(text)

    def _number_columns(self, headings: Row, rows: Sequence[Row]) -> tuple[float, list[float]]:
        columns = list(zip(*rows, strict=True))[1:]
        size, most = 9.0, self.epw - TEXT_WIDTH - GAP * len(columns)
        captions = [self.width_of(heading, 8) for heading in headings[1:]]
        widest = [max(self.width_of(number, size) for number in set(column)) for column in columns]
        if sum(widest) > most:
            size *= most / sum(widest)
            widest = [width * size / 9.0 for width in widest]
        return size, [max(pair) + GAP for pair in zip(widest, captions, strict=True)]

    def _write_headings(self) -> None:
        headings, widths = self._headings
        self.ink(8, grey=QUIET)
        self.cell(0, 5, headings[0], new_x="LMARGIN", new_y="TOP")
        self._write_numbers(headings[1:], widths)
        self.ln(5)
        self._rule()

    def _write_row(self, row: Row, size: float, widths: Sequence[float]) -> None:
        if self.will_page_break(8):
            self.add_page()
        self.ink(size)
        self._write_numbers(row[1:], widths)
        self.write_text(row[0], width=self.epw - sum(widths))
        self._rule()

    def _write_numbers(self, numbers: Row, widths: Sequence[float]) -> None:
        """Numbers on the line that begins here, each at the right of its column; the line stays to be written."""
        self.set_x(self.w - self.r_margin - sum(widths))
        for number, width in zip(numbers, widths, strict=True):
            self.cell(width, 5, number, align="R")
        self.set_x(self.l_margin)

    def _rule(self) -> None:
        self.ln(1)
        self.set_draw_color(RULE)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(1)

    def _suit(self, text: str) -> None:
        """Make ready what `text` needs: shaping, and the fonts of its letters."""
        plain = is_plain(text)
        if plain == bool(self.text_shaping):
            self.set_text_shaping(not plain)
        self._use_others(others_for(text))

    def _use_others(self, files: tuple[str, ...]) -> None:
        if files == self._others:
            return
        for file in files:
            if file.lower() not in self.fonts:
                self.add_font(file, "", FOLDER / file)
        self.set_fallback_fonts(files, exact_match=False)
        self._others = files
