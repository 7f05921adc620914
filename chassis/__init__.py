"""The microservice chassis: what every service of Commerce needs, and no business noun beyond the names of
permissions."""

__version__ = "0.1.0"
"""The version of Commerce, as pyproject.toml has it."""
