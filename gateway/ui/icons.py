"""Icon sprite: only the icons that the templates name, as symbols of one file.

`python -m gateway.ui.icons <folder>` writes the sprite; the folder is `icons/outline` of the package `@tabler/icons`.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent.parent / "static" / "vendor" / "tabler-sprite.svg"
ICONS = (
    "alert-triangle",
    "arrow-down",
    "arrow-left",
    "arrow-up",
    "ban",
    "cash",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "clock",
    "cloud-off",
    "coins",
    "download",
    "eye",
    "file-invoice",
    "file-spreadsheet",
    "flag",
    "forms",
    "help-circle",
    "history",
    "id",
    "keyboard",
    "lock",
    "logout",
    "mail",
    "menu-2",
    "message-2",
    "moon",
    "note",
    "package",
    "pencil",
    "phone",
    "pinned",
    "player-pause",
    "player-play",
    "plus",
    "receipt-refund",
    "refresh",
    "search",
    "send",
    "server",
    "settings",
    "shield-check",
    "shield-lock",
    "shield-x",
    "shopping-cart",
    "switch-horizontal",
    "tag",
    "ticket",
    "trash",
    "upload",
    "user",
    "user-check",
    "user-plus",
    "user-share",
    "users",
    "users-group",
    "world",
    "x",
)
_SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>")
_EMPTY_FRAME = 'd="M0 0h24v24H0z"'


def symbol(name: str, svg: str) -> str:
    """One icon's drawing as `<symbol id="name">`, without the invisible square that each carries."""
    shapes = [" ".join(shape.split()) for shape in _SHAPES.findall(svg) if _EMPTY_FRAME not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


def build(folder: Path) -> str:
    """The whole sprite from a folder of outline icons; FileNotFoundError names an icon that is not there."""
    symbols = (symbol(name, (folder / f"{name}.svg").read_text()) for name in ICONS)
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    SPRITE.write_text(build(Path(sys.argv[1])))
