"""Sealing inside PostgreSQL: the log's hashes and the commitments to personal values, by the server's own sha256().

The functions are the same as services.audit.rules.entry_hash and chassis.events.event.commitment, of texts that are
canonical already. `chained` is an aggregate: over a window in the order of a chain it gives each entry's hash.
"""

from services.audit.rules import DOMAIN, HASHED

FUNCTIONS = f"""
CREATE FUNCTION multiplying.sealed(prev bytea, parts text[]) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(string_agg(int8send(octet_length(part)) || part, ''::bytea ORDER BY place))
  FROM unnest(ARRAY['\\x{DOMAIN.hex()}', prev] || ARRAY(SELECT convert_to(one, 'UTF8') FROM unnest(parts) one))
       WITH ORDINALITY AS listed (part, place)
$$;
CREATE AGGREGATE multiplying.chained(text[]) (
  SFUNC = multiplying.sealed, STYPE = bytea, INITCOND = '\\x{bytes(32).hex()}'
);
CREATE FUNCTION multiplying.commitment(part jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT encode(sha256(decode(part ->> 'salt', 'hex') || convert_to((part -> 'value')::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION multiplying.bound(event text, template jsonb, copied jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
  IF template <> copied THEN
    FOR name IN SELECT jsonb_object_keys(template) LOOP
      IF template -> name <> copied -> name THEN
        event := replace(event, multiplying.commitment(template -> name), multiplying.commitment(copied -> name));
      END IF;
    END LOOP;
  END IF;
  RETURN event;
END $$;
"""
_CANONICAL = {
    "text": """coalesce('"' || {0} || '"', 'null')""",
    "uuid": """'"' || {0} || '"'""",
    "timestamp with time zone": """'"' || to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'""",
}


def hashed_parts(types: dict[str, str]) -> str:
    """What an entry's hash covers, as a text[]; `types` are those of the columns."""
    return f"ARRAY[{', '.join(_CANONICAL.get(types[name], '{0}::text').format(name) for name in HASHED)}]"
