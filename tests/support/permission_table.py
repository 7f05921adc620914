"""Reads the table of docs/permissions.md."""

import re
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
ROW = re.compile(r"^\| `((?!portal\.)[a-z.]+)` \|([ ✓]*)\|([ ✓]*)\|([ ✓]*)\|", re.M)
PORTAL_ROW = re.compile(r"^\| `(portal\.[a-z.]+)` \|([ ✓]*)\|([ ✓]*)\|([ ✓]*)\|([ ✓]*)\|", re.M)
ROLES = ("admin", "support", "billing")


def permissions_by_role() -> dict[str, set[str]]:
    """What each role may do: {role: {permission}}; `super_admin` every one that has a row."""
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    ticked = {role: {row[0] for row in rows if "✓" in row[number]} for number, role in enumerate(ROLES, 1)}
    return {"super_admin": {row[0] for row in rows}, **ticked}


def portal_permissions_by_role() -> dict[str, set[str]]:
    """What each role of a contact may do in the portal; `impersonator`: what is left to a staff member logged in as the
    client."""
    rows = PORTAL_ROW.findall(TABLE.read_text(encoding="utf-8"))
    ticked = [{row[0] for row in rows if "✓" in row[number]} for number in range(1, 5)]
    return dict(zip(("owner", "admin", "billing", "technical", "impersonator"), (ticked[0], *ticked), strict=True))
