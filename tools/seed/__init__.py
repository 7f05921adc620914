"""Generated data to look at and to measure on: clients with all that belongs to them, loaded by COPY into its databases.

    python -m tools.seed --clients 300 [--seed 1]

What is loaded is what the services would have left behind: each change has its published outbox row with the stream's
sequence, each event one sealed entry in the log; personal values stand in `personal` alone, bound by commitments;
ledgers, balances and kept totals agree. Everything but days comes from the seed, ids too. Days are counted back from
today (UTC), so that an overdue invoice is overdue whenever the data are loaded; nothing is later than last midnight. So
the same seed gives the same rows all day, and tomorrow the same rows a day later.

    people, texts, catalogue   what is drawn from, by rng: the seeded random generator and the calendar
    volumes                    how much each client has, and the numbers of invoices, orders, services and tickets (first pass)
    shared_rows                staff, groups, tags, custom fields and products, which all clients share
    client, billing, support   a client's rows and events, one module a service (second pass); account, orders, invoices
                               and ledger play its billing through
    history                    events as outbox rows and sealed log entries
    loading, copy_rows         chunks of clients, by as many processes as there are cores, into the databases
    templates, multiplying     clients with a thin history: made once, and copied inside PostgreSQL
    bare_tables, sealing       what that takes: keys and indexes off and on again, hashes by the server
"""
