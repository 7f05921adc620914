"""How fast the pages are, beside the same pages by SQL and a bare message there and back: `./dev bench --clients
100000`.

pages      what is asked for, and the statements behind it recorded   the statements that the services' own queries
send, caught once and sent again without the services measuring  one connection each to the gateway, the databases and
the broker; the processes' time on the processor report     the table, on the screen and in docs/performance.md
"""
