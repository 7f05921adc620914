"""Benchmark: the pages beside the same pages by SQL and a bare message there and back: `./dev bench --clients 100000`.

pages                 what is asked for, with the statements behind it
recorded_statements   the statements that the services' own queries send, caught once and sent again without them
measuring             one connection each to the gateway, the databases and the broker; the processes' CPU time
peer, django_admin    the same pages by a tuned Django admin on the same rows
writes                what changes something, and how fast its events reach the log
imports               a file of clients through the API: `./dev bench --import 10000`
replays               history sent to a subscriber and read by the API: `./dev bench --replay 100000`
report                the table, on the screen and in docs/performance.md
"""
