import { asNetsondeError, NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { Host } from '../../hosts/host';
import type { Backend } from '../backend';
import type { CaptureCounters, CaptureEnd, CaptureRequest, RunningCapture } from './capture-source';

/** dumpcap of Wireshark writes pcap with -P; its filter is an option's value, so that no text becomes an option. */
export const dumpcap: Backend<CaptureRequest, RunningCapture> = {
  name: 'dumpcap',
  privileged: true,
  platforms: ['linux', 'darwin'],
  collect: (host, request) =>
    start(host, request, {
      argv: [
        'dumpcap',
        '-q',
        '-P',
        '-i',
        request.interface.name,
        '-s',
        String(request.snaplen),
        '-B',
        String(Math.max(1, Math.round(request.buffer_bytes / 1_048_576))),
        ...(request.filter ? ['-f', request.filter] : []),
        '-w',
        '-',
      ],
      packages: { apt: 'wireshark-common', rpm: 'wireshark-cli', apk: 'wireshark-common', brew: 'wireshark' },
    }),
};

/** tcpdump; what stands after -- is the filter, whatever it begins with. Immediate mode: no last second in the ring. */
export const tcpdump: Backend<CaptureRequest, RunningCapture> = {
  name: 'tcpdump',
  privileged: true,
  platforms: ['linux', 'darwin'],
  collect: (host, request) =>
    start(host, request, {
      argv: [
        'tcpdump',
        '-n',
        '-U',
        '-w',
        '-',
        '-i',
        request.interface.name,
        '-s',
        String(request.snaplen),
        '-B',
        String(Math.max(64, Math.round(request.buffer_bytes / 1024))),
        '--immediate-mode',
        '--',
        request.filter,
      ],
      packages: { apt: 'tcpdump' },
    }),
};

async function start(
  host: Host,
  request: CaptureRequest,
  { argv, packages }: { argv: readonly [string, ...string[]]; packages: Parameters<Host['installHint']>[0] },
): Promise<RunningCapture[]> {
  const [program] = argv;
  const stop = afterLast(request.stop);
  return new Promise((started, refused) => {
    let hasBegun = false;
    const end = host
      .stream(argv, {
        stop,
        onControl: request.onControl,
        onOutput(chunk) {
          // The header of the file comes as soon as the capture is open.
          if (!hasBegun) {
            hasBegun = true;
            started([{ end }]);
          }
          request.onBytes(chunk);
        },
      })
      .then(({ stderr, exitCode }): CaptureEnd => {
        const counters = readCounters(stderr);
        const said = sanitizeUntrusted(complaintOf(stderr, program));
        if (!hasBegun) refused(refusal(program, said));
        if (request.stop.aborted && exitCode !== null) return { why: 'stopped', counters };
        if (/disappeared|went down|not up|No such device/i.test(stderr))
          return { why: 'interface_removed', counters, problem: said };
        return { why: 'failed', counters, problem: said || `${program} ended with ${exitCode ?? 'a signal'}` };
      })
      .catch(async (thrown: unknown): Promise<CaptureEnd> => {
        const error = asNetsondeError(thrown);
        const hint = error.code === 'tool_missing' ? await host.installHint(packages) : error.hintText;
        refused(new NetsondeError(error.code, error.text, { hint, cause: thrown }));
        return { why: error.code === 'ssh_lost' ? 'ssh_lost' : 'failed', counters: readCounters(''), problem: error.message };
      });
  });
}

/** On a signal tcpdump stops reading, with packets still in the ring: it is given the time to read them first. */
const LAST_PACKETS_MS = 250;

function afterLast(stop: AbortSignal): AbortSignal {
  const later = new AbortController();
  stop.addEventListener('abort', () => setTimeout(() => later.abort(), LAST_PACKETS_MS), { once: true });
  if (stop.aborted) later.abort();
  return later.signal;
}

function refusal(program: string, said: string): NetsondeError {
  const isDenied = /permi(?:ssion|tted)|denied/i.test(said);
  const hint = isDenied ? text('abilities.run_as_root') : '';
  return new NetsondeError(isDenied ? 'permission_denied' : 'unsupported', text('collect.refused', { program, reason: said }), {
    hint,
  });
}

/** What a program says under its own name, which may go on for a page of advice; else the last line that is no greeting and no counter. */
export function complaintOf(stderr: string, program: string): string {
  const lines = stderr
    .split('\n')
    .filter(line => line && !/^(tcpdump: listening|Capturing on|File: |listening on|\d+ packets)/.test(line));
  const prefix = `${program}: `;
  return lines.findLast(line => line.startsWith(prefix))?.slice(prefix.length) ?? lines.at(-1) ?? '';
}

/**
 * Counters that tcpdump 4.99 and dumpcap 4.0 print at their end:
 * "17 packets received by filter", "0 packets dropped by kernel", "Packets received/dropped on interface 'lo': 17/0 (…)".
 */
export function readCounters(stderr: string): CaptureCounters {
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(stderr)?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    received: number(/(\d+) packets? received by filter/) ?? number(/Packets received\/dropped on interface [^\n]*: (\d+)\//),
    dropped_by_kernel: number(/(\d+) packets? dropped by kernel/) ?? number(/\(pcap:(\d+)\//),
    dropped_by_interface: number(/(\d+) packets? dropped by interface/) ?? number(/\/(?:ps_)?ifdrop:(\d+)/),
  };
}
