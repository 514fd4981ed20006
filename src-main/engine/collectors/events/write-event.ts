import { parseAddress } from '@shared/address';
import { ATTRIBUTIONS, DIRECTIONS, EVENT, EVENT_BYTES, EVENT_KINDS, type EventKind } from '../../../helper/records';

/** An event that no kernel program wrote: what is left out is not known. */
export interface MadeEvent {
  kind: EventKind;
  /** ms of the clock of the feed, like the kernel's since boot */
  atMs: number;
  cookie?: number;
  durationMs?: number;
  bytesSent?: number | null;
  bytesReceived?: number | null;
  pid?: number;
  program?: string;
  reason?: number;
  protocol?: number;
  direction?: (typeof DIRECTIONS)[number];
  local?: { ip: string; port: number };
  remote?: { ip: string; port: number };
  oldState?: number;
}

/** What a field of 64 or 32 bits holds when the value is not known and 0 would be one. */
export const UNKNOWN_U64 = 0xffff_ffff_ffff_ffffn;
export const UNKNOWN_UID = 0xffff_ffff;
const AF_INET = 2;
const AF_INET6 = 10;

/** The record the kernel programs would write (resources/bpf/records.h): everything that reads events reads these. */
export function writeEvent(event: MadeEvent): Buffer {
  const bytes = Buffer.alloc(EVENT_BYTES);
  const u64 = (at: number, value: number | null | undefined): void =>
    void bytes.writeBigUInt64LE(value === null || value === undefined ? UNKNOWN_U64 : BigInt(Math.round(value)), at);
  u64(EVENT.at_ns, event.atMs * 1e6);
  u64(EVENT.cookie, event.cookie ?? 0);
  u64(EVENT.duration_ns, (event.durationMs ?? 0) * 1e6);
  u64(EVENT.bytes_sent, event.bytesSent);
  u64(EVENT.bytes_received, event.bytesReceived);
  bytes.writeUInt32LE(event.pid ?? 0, EVENT.pid);
  bytes.writeUInt32LE(UNKNOWN_UID, EVENT.uid);
  bytes.writeUInt32LE(event.reason ?? 0, EVENT.reason);
  bytes.writeUInt8(EVENT_KINDS.indexOf(event.kind), EVENT.kind);
  bytes.writeUInt8(event.protocol ?? 0, EVENT.protocol);
  bytes.writeUInt8(ATTRIBUTIONS.indexOf(event.pid ? 'exact' : 'none'), EVENT.attribution);
  bytes.writeUInt8(event.oldState ?? 0, EVENT.old_state);
  bytes.writeUInt8(DIRECTIONS.indexOf(event.direction ?? 'unknown'), EVENT.direction);
  for (const [end, addressAt, portAt] of [
    [event.local, EVENT.local, EVENT.local_port],
    [event.remote, EVENT.remote, EVENT.remote_port],
  ] as const) {
    const address = end && parseAddress(end.ip);
    if (!address) continue;
    bytes.writeUInt8(address.length === 4 ? AF_INET : AF_INET6, EVENT.family);
    bytes.set(address, addressAt);
    bytes.writeUInt16LE(end.port, portAt);
  }
  // Like the kernel's: at most 15 bytes and a NUL, never half a character.
  let name = Buffer.from(event.program ?? '');
  if (name.length > 15) name = name.subarray(0, 15 - trailingPart(name));
  bytes.set(name, EVENT.comm);
  return bytes;
}

/** Bytes of the character that the cut at 15 would leave half. */
function trailingPart(name: Buffer): number {
  let back = 0;
  while (back < 4 && ((name[15 - back] ?? 0) & 0xc0) === 0x80) back++;
  return back;
}
