"""Commands: each is given the opener of its one transaction, all else by keyword. Helpers run inside somebody's."""
