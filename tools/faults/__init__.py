"""Fault run: commands from many callers while processes, engines and the network fail, and what became of each.

A private system is started as `./dev up` starts one, each way from a process to an engine through a link that can be
disturbed; its supervisor starts again whatever ends. Callers send mixed commands, each with a key and a marker of its
own, and ask again under the same key until they have an answer, as a client would; one in five is sent several times by
callers that are gone before the answer. A journal outside the system keeps what was sent and answered. When the last
command is answered the system is left alone until its events have arrived, and the journal, the databases and the log
are compared as sets.
"""
