"""Commands from many callers while processes and engines are killed, and what became of each of them.

A private system is started as `./dev up` starts one; its supervisor starts again whatever ends. Callers send mixed commands,
each with a key and a marker of its own, and ask again under the same key until they have an answer, as a client would. A
journal outside the system keeps what was sent and answered. When the last command is answered the system is left alone until
its events have arrived, and the journal, the databases and the log are compared as sets.
"""
