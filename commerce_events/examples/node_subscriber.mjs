// A subscriber in Node with plain amqplib: each event of the queue once, in the order of its stream, and a replay first
// where REPLAY is set. AMQP_URI is where the broker is, SUBSCRIBER its user there, DATABASE the SQLite file.
//
//     npm install amqplib
//     AMQP_URI=amqp://ledger:…@127.0.0.1:5672/commerce SUBSCRIBER=ledger node node_subscriber.mjs

import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

const amqp = createRequire(import.meta.url)(process.env.AMQPLIB ?? "amqplib");
const { AMQP_URI, SUBSCRIBER = "ledger", DATABASE = "ledger.db", REPLAY } = process.env;
const QUEUE = `${SUBSCRIBER}.events`;
const HISTORY = `${SUBSCRIBER}.replay`;
const WANTED = { "clients.events": ["client.created.v1"], "billing.events": ["invoice.#", "payment.recorded.v1"] };
const QUORUM = { "x-queue-type": "quorum", "x-single-active-consumer": true };
const TRIES = 5;
const MAX_ATTEMPTS = 5;

const database = new DatabaseSync(DATABASE);
database.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS inbox (event_id TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attempts (event_id TEXT PRIMARY KEY, number INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS marks (mark TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS handled (place INTEGER PRIMARY KEY, id TEXT, source TEXT, stream TEXT, sequence INTEGER, type TEXT)`);
const receive = database.prepare("INSERT OR IGNORE INTO inbox VALUES (?)");
const attempt = database.prepare(
  "INSERT INTO attempts (event_id) VALUES (?) ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number",
);
const mark = database.prepare("INSERT OR IGNORE INTO marks VALUES ('replay')");
const marked = database.prepare("SELECT 1 FROM marks WHERE mark = 'replay'");
const keep = database.prepare("INSERT INTO handled (id, source, stream, sequence, type) VALUES (?, ?, ?, ?, ?)");

let stopping = false;
let broken = false; // the connection, or its channel
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => (stopping = true));

// What an event does: everything by the database, in the transaction of the inbox.
function effect(event) {
  keep.run(event.id, event.source, event.stream, event.sequence, event.type);
}

function handleOnce(event) {
  database.exec("BEGIN IMMEDIATE");
  try {
    if (receive.run(event.id).changes === 1) effect(event);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

// Handle a message, with growing delays between tries; the reason why it has to be parked, or nothing.
async function handle(message) {
  if (message.properties.type === "replay.ended.v1") return void mark.run();
  let event;
  try {
    event = JSON.parse(message.content);
    if (typeof event.id !== "string" || typeof event.data.facts !== "object") return "not an event";
  } catch (error) {
    return `not an event: ${error.message}`;
  }
  // What comes again may only have waited behind an event that kills this process: the one in hand is counted.
  if (message.properties.headers?.["x-delivery-count"] && attempt.get(event.id).number > MAX_ATTEMPTS)
    return `its process ended ${MAX_ATTEMPTS} times while it was handled`;
  for (let failures = 1; ; failures += 1) {
    try {
      return handleOnce(event);
    } catch (error) {
      if (failures === TRIES) return String(error);
      await pause(500 * 2 ** (failures - 1));
    }
  }
}

async function declare(channel) {
  await channel.assertExchange(`${SUBSCRIBER}.parking`, "direct", { durable: true });
  await channel.assertQueue(`${QUEUE}.parked`, { durable: true, arguments: { "x-queue-type": "quorum" } });
  await channel.bindQueue(`${QUEUE}.parked`, `${SUBSCRIBER}.parking`, `${QUEUE}.parked`);
  await channel.assertQueue(QUEUE, { durable: true, arguments: QUORUM });
  for (const [exchange, keys] of Object.entries(WANTED))
    for (const key of keys) await channel.bindQueue(QUEUE, exchange, key);
  if (REPLAY) await channel.assertQueue(HISTORY, { durable: true, arguments: QUORUM });
}

// Consume on one connection until it is to stop or the connection is broken.
async function consume() {
  const connection = await amqp.connect(`${AMQP_URI}?heartbeat=30`);
  broken = false;
  for (const event of ["error", "close"]) connection.on(event, () => (broken = true));
  try {
    const channel = await connection.createConfirmChannel();
    for (const event of ["error", "close"]) channel.on(event, () => (broken = true));
    await handleAll(channel);
  } finally {
    await connection.close().catch(() => {}); // it may be closed already
  }
}

async function handleAll(channel) {
  await declare(channel);
  await channel.prefetch(50);
  const waiting = [];
  const begin = (queue) => channel.consume(queue, (message) => (message ? waiting.push(message) : (broken = true)));
  if (REPLAY) await begin(HISTORY);
  let live = false;
  while (!stopping && !broken) {
    if (!live && (!REPLAY || marked.get())) {
      await begin(QUEUE);
      live = true;
    }
    const message = waiting.shift();
    if (!message) {
      await pause(20);
      continue;
    }
    const reason = await handle(message);
    if (broken) break;
    if (reason) await park(channel, message, reason);
    channel.ack(message);
  }
}

async function park(channel, message, reason) {
  channel.publish(`${SUBSCRIBER}.parking`, `${QUEUE}.parked`, message.content, {
    persistent: true,
    mandatory: true,
    messageId: message.properties.messageId,
    contentType: message.properties.contentType,
    headers: { reason: reason.slice(0, 500), queue: QUEUE, type: message.properties.type },
  });
  await channel.waitForConfirms();
}

for (let delay = 200; !stopping; delay = Math.min(30_000, delay * 2)) {
  const begun = Date.now();
  try {
    await consume();
  } catch (error) {
    console.error(`the broker cannot be used: ${error.message}`);
  }
  if (Date.now() - begun > 30_000) delay = 200;
  if (!stopping) await pause(delay);
}
database.close();
