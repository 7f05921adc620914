"""QR codes, drawn here: what stands in one may be a secret."""

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """`text` as an SVG of black squares on white, with a quiet zone; a picture for a phone, silent to a screen
    reader."""
    code = segno.make(text, error="m")
    svg = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
