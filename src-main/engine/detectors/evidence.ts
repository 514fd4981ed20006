import type { EvidencePacket } from './detector';
import { type Mark, type Sighting, TCP_FLAG } from './flow-facts';

const LETTERS: readonly [number, string][] = [
  [TCP_FLAG.syn, 'S'],
  [TCP_FLAG.fin, 'F'],
  [TCP_FLAG.rst, 'R'],
  [TCP_FLAG.psh, 'P'],
  [TCP_FLAG.ack, 'A'],
];

/** A SYN, FIN or RST. */
export function ofMark({ frame, ts, flags, seq, ack, window, ttl }: Mark, role: string): EvidencePacket {
  const letters = LETTERS.flatMap(([bit, letter]) => ((flags & bit) === 0 ? [] : [letter])).join('');
  const fields = { 'tcp.flags.str': letters, 'tcp.seq': seq, 'tcp.ack': ack, 'tcp.window_size_value': window, 'ip.ttl': ttl };
  return { packet: frame, ts, role, fields };
}

/** A segment the analysis flagged, and the one it repeats. */
export function ofSighting({ frame, ts, seq, length, value, other }: Sighting, role: string): EvidencePacket[] {
  const fields = { 'tcp.seq': seq, 'tcp.len': length, 'tcp.analysis.rto_ms': value > 0 ? value : undefined };
  const shown: EvidencePacket[] = [{ packet: frame, ts, role, fields }];
  if (other > 0) shown.unshift({ packet: other, ts: Number.NaN, role: 'original' });
  return shown;
}

/** Packets of which no more than the number was kept. */
export function ofFrames(frames: readonly number[], role: string, fields?: EvidencePacket['fields']): EvidencePacket[] {
  return frames.map(packet => ({ packet, ts: Number.NaN, role, fields }));
}
