"""Response schemas of the running system."""

from gateway.api.schemas.values import FLAG, MOMENT, TEXT, WHOLE, many, maybe, one_of, record, ref, table

WHO = {"instance": TEXT, "version": TEXT, "started_at": MOMENT, "seen_at": MOMENT}

SCHEMAS = {
    "ServiceProcess": record(
        **WHO,
        migration=TEXT,
        status=one_of("ready", "draining", "silent"),
        leads=many(TEXT),
        pool=maybe(record(in_use=WHOLE, idle=WHOLE, most=WHOLE)),
    ),
    "GatewayProcess": record(**WHO, status=one_of("ready", "silent"), streams=WHOLE, lag=maybe(WHOLE), is_fed=FLAG),
    "ServiceState": record(
        processes=many(ref("ServiceProcess")),
        jobs=table(maybe(TEXT)),
        outbox=maybe(record(waiting=WHOLE, seconds=WHOLE)),
        queues=many(
            record(name=TEXT, kind=one_of("calls", "events"), waiting=WHOLE, parked=maybe(WHOLE), seconds=maybe(WHOLE))
        ),
        broker=maybe(TEXT),
        database=record(version=TEXT, bytes=WHOLE, in_use=WHOLE, most=WHOLE),
        work=many(record(name=TEXT, open=WHOLE, since=maybe(MOMENT))),
    ),
    "System": record(
        services=table(ref("ServiceState")),
        gateway=many(ref("GatewayProcess")),
        attention=many(record(service=TEXT, alert=TEXT, text=TEXT, parked=maybe(TEXT))),
        unavailable=many(TEXT),
    ),
}
