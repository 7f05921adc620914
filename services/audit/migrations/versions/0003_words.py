"""Looking for words in the log: an index over what an entry says, kept by the database itself, so that an erasure takes
words away with their values, and nothing has to be written beside an entry."""

from alembic import op

revision = "0003"
down_revision = "0002"

# Without case, accents and punctuation, in the order of no language: "Gonçalves, INV-00042" is goncalves, inv, 00042.
LOG_WORDS = r"""
CREATE FUNCTION log_words(said text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF octet_length(said) > length(said) THEN
    said := regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g');
  END IF;
  RETURN to_tsvector('simple', regexp_replace(lower(said COLLATE "und-x-icu"), '[^[:alnum:]]+', ' ', 'g'));
END $$
"""
# The type as one word of its own (=invoice.published), and the words of what the log shows of the entry: its facts, the
# changed values, whom it names. Ids, sums beside the fact and texts that the log leaves out are none of these. What
# cannot be read so is found by its type alone: an entry is never refused for its words.
ENTRY_WORDS = r"""
CREATE FUNCTION entry_words(type text, facts json, changes json, personal jsonb) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
DECLARE
  said text;
  kind tsvector := array_to_tsvector(ARRAY['=' || split_part(type, '.v', 1)]);
BEGIN
  SELECT string_agg(value, ' ') INTO said FROM (
    SELECT part #>> '{}' FROM (
      SELECT jsonb_path_query(jsonb_build_array(
        facts::jsonb - ARRAY['commitments', 'entity', 'totals', 'lines', 'prices'], changes::jsonb), 'strict $.**')
      UNION ALL
      SELECT jsonb_path_query(coalesce(personal, '{}') - ARRAY['body', 'buyer', 'user_agent'], 'strict $.*.value.**')
    ) AS parts (part)
    WHERE jsonb_typeof(part) IN ('string', 'number')
  ) AS texts (value)
  WHERE length(value) <> 36 OR value !~ '^[0-9a-f]{8}-[0-9a-f-]{27}$';
  RETURN log_words(left(coalesce(said, ''), 20000)) || kind;
EXCEPTION WHEN OTHERS THEN
  RETURN kind;
END $$
"""


def upgrade() -> None:
    op.execute(LOG_WORDS)
    op.execute(ENTRY_WORDS)
    op.execute("CREATE INDEX ix_entries_words ON entries USING gin (entry_words(type, facts, changes, personal))")
