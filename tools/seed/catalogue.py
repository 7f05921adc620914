"""Catalogue of what all seeded clients share: staff, groups, tags, custom fields, products."""

from dataclasses import dataclass

# name, email, role
STAFF = (
    ("Mara Lindqvist", "mara.lindqvist@commerce.example", "admin"),
    ("Ines Carvalho", "ines.carvalho@commerce.example", "billing"),
    ("Devon Reyes", "devon.reyes@commerce.example", "support"),
    ("Tomasz Kowal", "tomasz.kowal@commerce.example", "support"),
)
# name, colour, description, discount in percent, weight among a hundred clients (the rest is in no group)
GROUPS = (
    ("Agency", "#4263eb", "Builds for clients of their own.", "10.00", 30),
    ("Reseller", "#7048e8", "Buys to sell on.", "20.00", 18),
    ("Enterprise", "#0c8599", "Contract with a named manager.", "0.00", 12),
    ("Non-profit", "#2f9e44", "Registered charities.", "30.00", 8),
    ("Partner", "#e8590c", "Refers clients to us, paid in credit.", "15.00", 6),
    ("VIP", "#c2255c", "Priority in every queue.", "5.00", 4),
)
# name, colour
TAGS = (
    ("net-30", "#1971c2"),
    ("pays late", "#e03131"),
    ("newsletter", "#2f9e44"),
    ("migrated", "#868e96"),
    ("reference client", "#f08c00"),
    ("beta: new panel", "#9c36b5"),
    ("calls first", "#0c8599"),
    ("legal hold", "#343a40"),
)


@dataclass(frozen=True)
class Field:
    """A custom field's definition; `values` are what clients have in it, `share` of them in percent."""

    label: str
    type: str
    visibility: str
    values: tuple
    share: int
    options: tuple[str, ...] = ()


FIELDS = (
    Field(
        "Purchase order number", "text", "client_edit", ("PO 77-1182", "4500-23119", "B/2024/081", "none needed"), 30
    ),
    Field(
        "Industry",
        "select",
        "client_view",
        ("Trade", "Media", "Industry", "Public"),
        60,
        ("Trade", "Industry", "Media", "Public", "Other"),
    ),
    Field("May be restarted between 02:00 and 05:00 UTC", "checkbox", "client_edit", (True, True, False), 45),
    Field("Contract ends on", "date", "staff_only", (90, 210, 380, 720), 25),
    Field(
        "Migration notes",
        "textarea",
        "staff_only",
        ("Old panel kept until the end of the year.\nThe two cron jobs run from the new server.", "Nothing special."),
        12,
    ),
)
CURRENCIES = ("EUR", "GBP", "USD", "BRL", "SEK", "NOK", "PLN", "CZK", "TRY", "JPY", "KWD", "INR", "CHF")
# What a euro is in the minor units of each currency, roundly: prices are set, not converted
UNITS_OF_A_EURO = {
    "EUR": 100,
    "GBP": 85,
    "USD": 110,
    "BRL": 600,
    "SEK": 1100,
    "NOK": 1150,
    "PLN": 430,
    "CZK": 2500,
    "TRY": 3600,
    "JPY": 160,
    "KWD": 330,
    "INR": 9000,
    "CHF": 95,
}
# name, price of a month in euro, weight, what its identifier is made of ("" has none)
PRODUCTS = (
    ("Business Hosting", 10, 30, "domain"),
    ("Managed WordPress", 24, 22, "domain"),
    ("Cloud VPS 4", 34, 14, "vps"),
    ("Mail Only", 3, 12, "domain"),
    ("Cloud VPS 8", 62, 8, "vps"),
    ("Backup 500 GB", 19, 7, ""),
    ("Cloud VPS 16", 118, 4, "vps"),
    ("Reseller Pro 100", 149, 3, "domain"),
)
DESCRIPTIONS = {
    "Business Hosting": "50 GB for sites and databases, mail and certificates for one domain.",
    "Managed WordPress": "One WordPress site that we update and back up every night.",
    "Cloud VPS 4": "2 cores, 4 GB of memory, 80 GB of disk.",
    "Mail Only": "10 mailboxes for one domain, without a website.",
    "Cloud VPS 8": "4 cores, 8 GB of memory, 160 GB of disk.",
    "Backup 500 GB": "Nightly copies in another data centre, kept for 30 days.",
    "Cloud VPS 16": "8 cores, 16 GB of memory, 320 GB of disk.",
    "Reseller Pro 100": "100 accounts under your own name.",
}
TAX_RATE = "20"  # of each product, in percent
# cycle, its days, how many months it is billed as, weight
CYCLES = (("monthly", 30, 1, 60), ("annual", 365, 11, 28), ("quarterly", 91, 3, 9), ("biennial", 730, 20, 3))
REGISTRARS = ("OpenSRS", "Nominet", "Gandi", "Key-Systems")
NAME_SERVERS = ("ns1.commerce.example", "ns2.commerce.example")


def price(months_in_euro: int, cycle: str, currency: str) -> int:
    """The list price in minor units of a product that costs `months_in_euro` a month, for one `cycle`."""
    billed = next(months for name, _, months, _ in CYCLES if name == cycle)
    return months_in_euro * billed * UNITS_OF_A_EURO[currency]
