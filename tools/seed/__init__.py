"""Data to look at and to measure on: clients with all that belongs to them, loaded by COPY into the four databases.

    python -m tools.seed --clients 300 [--seed 1]

What is loaded is what the services would have left behind: each row that a command announces has its outbox row,
published, with the stream's sequence; each event has one sealed entry in the log; personal values stand in `personal`
alone, bound by commitments; ledgers, balances and kept totals agree. Everything but days comes from the seed, ids too.
Days are counted back from today (UTC), so that an overdue invoice is overdue whenever the data are loaded; nothing is
later than last midnight. So the same seed gives the same rows all day, and tomorrow the same rows a day later.

    people, texts, catalogue   what is drawn from
    shape                      how much a client has, and the numbers of invoices, orders and tickets (first pass)
    client, billing, support   a client's rows and what is said of them, one module a service (second pass);
                               account, orders, invoices, ledger play its billing through
    said                       what is said, as outbox rows and sealed log entries
    loading, copying           chunks of clients, by as many processes as there are cores, into the databases
"""
