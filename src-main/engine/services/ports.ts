import type { Connection } from '@shared/model/connection';
import type { PortCheck, PortOccupation } from '@shared/model/port';
import type { Measured } from '@shared/model/source';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Language, text, translate } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { listenerBackends } from '../collectors/ports/listeners';
import { portBackends, withoutHelper } from '../collectors/ports/port-query';
import { serviceName } from '../collectors/ports/service-names';
import { parseProcessStat } from '../collectors/processes/process-stat';
import type { Host } from '../hosts/host';
import { CAPABILITY, hasCapability } from './capabilities';
import { redactCommandLine } from './redact';
import type { SocketService } from './sockets';

export interface PortService {
  check(
    host: Host,
    port: number,
    proto: 'tcp' | 'udp',
    options: { language: Language; signal?: AbortSignal },
  ): Promise<Measured<PortCheck>>;
}

export interface PortServiceOptions {
  sockets: SocketService;
  mayBindLowPorts?: () => boolean;
}

export function createPortService({
  sockets,
  mayBindLowPorts = () => process.getuid?.() === 0 || hasCapability(CAPABILITY.NET_BIND_SERVICE),
}: PortServiceOptions): PortService {
  return {
    async check(host, port, proto, { language, signal }) {
      const transport = proto === 'tcp' ? 'TCP' : 'UDP';
      const backends = (await socketsInUse(host)) > LARGE_TABLE ? withoutHelper() : portBackends;
      const [{ rows, source }, service] = await Promise.all([
        collectWithFallback(backends, host, { port, transport, which: 'listeners' }, signal),
        serviceName(host, port, transport),
      ]);
      const { sockets: owned, caveats } = await sockets.own(host, rows, { verify: true });
      const occupations = await Promise.all(
        owned.map(
          async ({ row }): Promise<PortOccupation> => ({
            protocol: row.protocol,
            local_ip: row.local_ip,
            pid: row.pid,
            program: row.program,
            state: row.state,
            user: row.user,
            ...(row.pid === null ? { command_line: null, started_at: null } : await readProcess(host, row.pid)),
            service,
          }),
        ),
      );
      const is_occupied = occupations.length > 0;
      const connected =
        is_occupied || transport === 'UDP'
          ? []
          : (await collectWithFallback(backends, host, { port, transport, which: 'connections' }, signal)).rows;
      const waiting = connected.filter(({ state }) => state === 'TIME_WAIT').length;
      const in_use = connected.length - waiting;
      return {
        host: host.name,
        check_port: port,
        proto,
        is_occupied,
        occupations,
        connections: in_use,
        blocked_by: is_occupied ? null : await findObstacle(host, port, waiting, language, mayBindLowPorts),
        source: {
          ...source,
          caveats: [...source.caveats, ...caveats, ...(in_use > 0 ? [text('ports.in_use', { count: in_use })] : [])],
        },
      };
    },
  };
}

/** The helper lists every socket, 1 µs each; the kernel's own look-up of one port takes 5 ms whatever their number. */
const LARGE_TABLE = 5_000;

/** Sockets of this network namespace, by the kernel's count; 0 where it tells none. */
async function socketsInUse(host: Host): Promise<number> {
  const sockstat = await host.readFile('/proc/net/sockstat').catch(() => '');
  return Number(/^sockets: used (\d+)$/m.exec(sockstat)?.[1] ?? 0);
}

/** Clock ticks a second: USER_HZ is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

async function readProcess(host: Host, pid: number): Promise<Pick<PortOccupation, 'command_line' | 'started_at'>> {
  const [cmdline, stat, boot] = await Promise.all(
    [`/proc/${pid}/cmdline`, `/proc/${pid}/stat`, '/proc/stat'].map(file =>
      host.readFile(file, { maxBytes: 65_536 }).catch(() => ''),
    ),
  );
  const argv = (cmdline ?? '').split('\0').filter(Boolean);
  const started = parseProcessStat(stat ?? '');
  const bootSeconds = Number(/^btime (\d+)$/m.exec(boot ?? '')?.[1] ?? Number.NaN);
  const startedMs = started ? (bootSeconds + started.startTicks / TICKS_PER_SECOND) * 1000 : Number.NaN;
  return {
    command_line: argv.length > 0 ? sanitizeUntrusted(redactCommandLine(argv), 1_024) : null,
    started_at: Number.isFinite(startedMs) ? new Date(startedMs).toISOString() : null,
  };
}

/** Why a port that nobody holds may still not be bound; null when nothing speaks against it. */
async function findObstacle(
  host: Host,
  port: number,
  waiting: number,
  language: Language,
  mayBindLowPorts: () => boolean,
): Promise<PortCheck['blocked_by']> {
  if (waiting > 0) return { reason: 'time_wait', text: translate(text('ports.time_wait', { count: waiting }), language) };
  if (host.platform !== 'linux') return null;
  const read = (name: string): Promise<string> => host.readFile(`/proc/sys/net/ipv4/${name}`).catch(() => '');
  const [reserved, unprivileged] = await Promise.all(['ip_local_reserved_ports', 'ip_unprivileged_port_start'].map(read));
  if (parsePortRanges(reserved ?? '').some(([from, to]) => port >= from && port <= to)) {
    return { reason: 'reserved_range', text: translate(text('ports.reserved_range'), language) };
  }
  const told = Number.parseInt(unprivileged ?? '', 10);
  const start = Number.isNaN(told) ? 1024 : told; // 0: every port is for everybody
  if (port < start && !mayBindLowPorts())
    return { reason: 'privileged_port', text: translate(text('ports.privileged_port', { start }), language) };
  return null;
}

/** `8080,9148-9150` as pairs. */
export function parsePortRanges(text: string): [number, number][] {
  return text
    .trim()
    .split(',')
    .filter(Boolean)
    .map(range => {
      const [from = '', to = from] = range.split('-');
      return [Number(from), Number(to)];
    });
}

/**
 * What listens on this machine: TCP listeners, and bound UDP sockets outside the range the system gives to clients by
 * itself (each DNS question opens one there).
 */
export async function readListeners(host: Host, sockets: SocketService): Promise<Connection[]> {
  const [{ rows }, range] = await Promise.all([
    collectWithFallback(listenerBackends, host, undefined),
    host.readFile('/proc/sys/net/ipv4/ip_local_port_range').catch(() => '49152 65535'),
  ]);
  const [low = 0, high = 0] = range.trim().split(/\s+/).map(Number);
  const lasting = rows.filter(
    ({ protocol, local_port }) => protocol.startsWith('TCP') || local_port === null || local_port < low || local_port > high,
  );
  return (await sockets.own(host, lasting)).sockets.map(({ row }) => row);
}
