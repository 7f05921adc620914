"""PostgreSQL: engine and sessions, migrations, the tables that each service has, keyset paging."""
