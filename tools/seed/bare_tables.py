"""Bare tables: keys and indexes are taken off while many rows come in, and built again afterwards.

What there is says pg_catalog; the statements that build it again are kept in `multiplying.taken_off`, in the
transaction that takes it off, so that a load which was interrupted can go on.
"""

from collections.abc import Callable

# Foreign keys go first and come last. A partial index has few rows and serves the running services' jobs: it stays.
TAKE_OFF = """
CREATE TABLE multiplying.taken_off AS
SELECT row_number() OVER (ORDER BY place, name) AS place, name, remove, build FROM (
  SELECT CASE WHEN contype = 'f' THEN 3 ELSE 1 END AS place, conname::text AS name,
         format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) AS remove,
         format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS build
  FROM pg_constraint WHERE conparentid = 0 AND (contype IN ('p', 'u') AND conrelid = ANY (%(tables)s::regclass[])
    OR contype = 'f' AND (conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[])))
  UNION ALL
  SELECT 2, relname::text, format('DROP INDEX %%s', indexrelid::regclass),
         replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') || coalesce((
           SELECT string_agg(format('; ALTER INDEX %%s ALTER COLUMN %%s SET STATISTICS %%s', indexrelid::regclass, attnum,
                                    attstattarget), '')
           FROM pg_attribute WHERE attrelid = indexrelid AND attstattarget >= 0), '')
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = ANY (%(tables)s::regclass[]) AND indpred IS NULL AND NOT relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
) found"""


def take_off(cursor, tables: list[str]) -> None:
    """Take keys and indexes off `tables`; the caller commits."""
    cursor.execute("SELECT to_regclass('multiplying.taken_off') IS NOT NULL")
    if cursor.fetchone()[0]:
        return
    cursor.execute(TAKE_OFF, {"tables": tables})
    cursor.execute("SELECT remove FROM multiplying.taken_off ORDER BY place DESC")
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def put_back(connection, progress: Callable[[str], None]) -> None:
    """Build again what was taken off, one after another, each in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, name, build FROM multiplying.taken_off ORDER BY place")
        for place, name, statement in cursor.fetchall():
            cursor.execute(statement)
            cursor.execute("DELETE FROM multiplying.taken_off WHERE place = %s", (place,))
            connection.commit()
            progress(name)
    connection.commit()
