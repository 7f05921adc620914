"""Value types that all services share: money, ids, countries, and the marshmallow fields for them."""
