// Preloaded into a subscriber in Node (node --import): its process dies when it comes to DIES_AT for the DIES_ON-th time.

import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";

const { AMQPLIB, DIES_AT, DIES_ON } = process.env;
const { Channel } = createRequire(import.meta.url)(`${AMQPLIB}/lib/channel_model.js`);
const { exec } = DatabaseSync.prototype;
const { ack } = Channel.prototype;
let left = Number(DIES_ON);

function reached(step) {
  left -= step === DIES_AT;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

DatabaseSync.prototype.exec = function (statement) {
  if (statement.startsWith("BEGIN")) reached("before");
  if (statement === "COMMIT") reached("effect");
  exec.call(this, statement);
  if (statement === "COMMIT") reached("committed");
};

Channel.prototype.ack = function (message) {
  ack.call(this, message);
  setTimeout(() => reached("acknowledged"), 10); // it leaves by then
};
