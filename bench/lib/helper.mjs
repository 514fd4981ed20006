import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './measure.mjs';

/** Numbers of resources/bpf/helper/frames.h. */
const HELLO = 1;
const EVENTS = 2;
const READY = 0x84;
const COUNTS = 0x86;
const END = 0x8a;

/** The helper of this build, spoken to directly: what it costs by itself, without the engine. */
export async function startHelper() {
  const started = performance.now();
  const child = spawn(path.join(ROOT, 'out/helper/netsonde-helper'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  let rest = Buffer.alloc(0);
  let request = 0;
  let lastCounts;
  child.stdout.on('data', chunk => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32LE(0)) {
      const length = rest.readUInt32LE(0);
      const type = rest.readUInt16LE(4);
      const payload = rest.subarray(8, 8 + length);
      if (type === COUNTS) lastCounts = Buffer.from(payload);
      if (type === READY || type === END || (type === COUNTS && rest.readUInt16LE(6) !== 0)) {
        waiting.get(rest.readUInt16LE(6))?.(Buffer.from(payload));
      }
      rest = rest.subarray(8 + length);
    }
  });
  const send = (type, payload = Buffer.alloc(0)) =>
    new Promise(resolve => {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(payload.length, 0);
      header.writeUInt16LE(type, 4);
      header.writeUInt16LE(++request, 6);
      waiting.set(request, resolve);
      child.stdin.write(Buffer.concat([header, payload]));
    });
  const ready = await send(HELLO, Buffer.from([1, 0, 1, 0]));
  return {
    pid: child.pid,
    readyMs: performance.now() - started,
    loadMs: ready.readUInt32LE(0) / 1000,
    /** @param mask bit of each kind of event */
    wantEvents: mask => {
      const payload = Buffer.alloc(8);
      payload.writeUInt32LE(mask, 0);
      return send(EVENTS, payload);
    },
    /** Milliseconds the helper itself takes for the whole table, and its records. */
    listSockets: async () => {
      const end = await send(3);
      return { records: end.readUInt32LE(0), ms: end.readUInt32LE(4) / 1000 };
    },
    counts: () => lastCounts,
    async stop() {
      child.stdin.end();
      await new Promise(resolve => child.once('close', resolve));
    },
  };
}
