import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { parseOutput, runTool, unreadable } from '../run-tool';
import type { Flow, FlowQuery } from './flow';

/** Pairs asked for; ten are shown, the others count for what could be attributed. */
const LINES = 100;
/** After -s N it prints at N + 1 s with traffic; without a packet to wake it, never: the caller aborts it. */
const PATIENCE_MS = 10_000;

/**
 * iftop in text mode (1.0pre4). Sees UDP and connections that come and go, but no processes; -B for bytes, -P for ports.
 * The name is an element of argv of its own behind -i: getopt takes even `-w` for a name there.
 */
export const iftop: Backend<FlowQuery, Flow> = {
  name: 'iftop',
  privileged: true,
  platforms: ['linux'],
  async collect(host, { iface, seconds }, signal) {
    const argv = [
      'iftop',
      '-t',
      '-s',
      String(seconds),
      '-n',
      '-N',
      '-P',
      '-B',
      '-L',
      String(LINES),
      '-i',
      iface ?? 'any',
    ] as const;
    const timeoutMs = seconds * 1_000 + PATIENCE_MS;
    const { stdout } = await runTool(host, argv, { apt: 'iftop' }, { timeoutMs, signal, leashed: true });
    return parseOutput(host, ['iftop', '-h'], () => parseIftop(stdout));
  },
};

const NUMBER = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)([Bb])$/;
const POWERS = new Map([
  ['', 0],
  ['K', 1],
  ['M', 2],
  ['G', 3],
  ['T', 4],
]);

/** `46.4MB` in bytes: prefixes are 1024-based, three significant digits. NaN when it is no size. */
export function parseSize(text: string): number {
  const parts = NUMBER.exec(text);
  if (!parts) return Number.NaN;
  const value = Number(parts[1]) * 1024 ** (POWERS.get(parts[2] ?? '') ?? 0);
  return parts[3] === 'b' ? value / 8 : value;
}

/**
 * Parses the first complete block (it ends with a line of `=`; a second one may follow, cut). Flows carry the cumulative
 * bytes, which are bytes with and without -B. An end has 40 columns: the address loses what the port needs, see `readEnd`.
 */
export function parseIftop(text: string): Flow[] {
  const lines = text.split('\n');
  const end = lines.findIndex(line => /^={10,}$/.test(line.trim()));
  if (end < 0) throw unreadable('iftop', lines.find(line => line.trim() !== '') ?? '(nothing)');
  const flows: Flow[] = [];
  let sent: { end: End; bytes: number } | undefined;
  for (const line of lines.slice(0, end)) {
    const row = /^\s*(?:\d+\s+)?(\S+)\s+(=>|<=)\s+(.*)$/.exec(line);
    if (!row) continue; // headings, rules and totals
    const bytes = parseSize(row[3]?.trim().split(/\s+/)[3] ?? '');
    if (Number.isNaN(bytes)) throw unreadable('iftop', line);
    const lineEnd = readEnd(row[1] ?? '');
    if (row[2] === '=>') sent = { end: lineEnd, bytes };
    else if (sent) {
      flows.push({
        protocol: null,
        local_ip: sent.end.ip,
        local_port: sent.end.port,
        foreign_ip: lineEnd.ip,
        foreign_port: lineEnd.port,
        local_cut: sent.end.cut,
        foreign_cut: lineEnd.cut,
        tx_bytes: Math.round(sent.bytes),
        rx_bytes: Math.round(bytes),
        pid: null,
        program: '-',
      });
      sent = undefined;
    } else throw unreadable('iftop', line);
  }
  return flows;
}

interface End {
  ip: string;
  port: number | null;
  /** True: `ip` is only how the address begins. */
  cut: boolean;
}

/**
 * `192.0.2.1:80`, `[2001:db8::1]:443`, `2001:db8::1` without a port. An address too long for the column loses its end and
 * the bracket, and the port is put right behind the rest: `[fd00:1111:2222:3333:4444:5555:66::33941`. Where only the
 * bracket is missing the address may be whole, which cannot be seen, so it counts as cut.
 */
function readEnd(text: string): End {
  const clean = sanitizeUntrusted(text);
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(clean);
  if (bracketed) return { ip: bracketed[1] ?? '', port: bracketed[2] ? Number(bracketed[2]) : null, cut: false };
  const cut = /^\[(.*):(\d{1,5})$/.exec(clean);
  if (cut) return { ip: cut[1] ?? '', port: Number(cut[2]), cut: true };
  const colons = clean.split(':').length - 1;
  const plain = /^(.*):(\d{1,5})$/.exec(clean);
  // One colon: IPv4 or a name with its port. Eight: an unbracketed IPv6 address with one. Else an address alone.
  if (plain && (colons === 1 || colons === 8)) return { ip: plain[1] ?? '', port: Number(plain[2]), cut: false };
  return { ip: clean, port: null, cut: false };
}
