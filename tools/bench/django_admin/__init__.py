"""Django's admin on our own rows, tuned as one who knows it would: what the pages are measured against in the same run.

It runs in a virtual environment of its own (requirements.lock), on the databases of clients and billing, with a schema
for its own tables in the first of them. Nothing of Commerce is imported here, and nothing of this by Commerce.
"""
