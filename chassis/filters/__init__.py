"""Filters: one language for the rows of every list, after Google's AIP-160.

    status = active AND (outstanding > 100 EUR OR tag:vip) AND last_login < -30d

`parser` makes a tree of the text and `unparser` the text of a tree; `fields` says which fields there are, of which kind;
`checker` reads each value as its field's kind takes it; `sql` makes bound SQL of what was checked. A service names its
fields and says what SQL each condition is; nothing here knows what a row is.
"""
