import { NetsondeError } from '@shared/errors';
import { EVENT_KINDS, type EventRateBatch, type KernelEventBatch } from '@shared/model/event';
import { type InterfaceSample, interfaceList } from '@shared/model/interface';
import { status as statusSchema } from '@shared/model/status';
import type { Engine } from '../../engine/create-engine';
import type { Caller } from '../../engine/tool';
import type { Calls } from './calls';
import { snapshotOf } from './netspy-routes';

const COUNTERS = [
  ['rx_bytes', 'netsonde_interface_receive_bytes_total', 'Bytes received since boot.'],
  ['tx_bytes', 'netsonde_interface_transmit_bytes_total', 'Bytes sent since boot.'],
  ['rx_packets', 'netsonde_interface_receive_packets_total', 'Packets received since boot.'],
  ['tx_packets', 'netsonde_interface_transmit_packets_total', 'Packets sent since boot.'],
  ['rx_errors', 'netsonde_interface_receive_errors_total', 'Receive errors since boot.'],
  ['tx_errors', 'netsonde_interface_transmit_errors_total', 'Transmit errors since boot.'],
  ['rx_dropped', 'netsonde_interface_receive_dropped_total', 'Packets dropped on receipt since boot.'],
  ['tx_dropped', 'netsonde_interface_transmit_dropped_total', 'Packets dropped before sending since boot.'],
] as const;

type Add = (name: string, type: 'counter' | 'gauge', help: string, series: Series) => void;
type Series = [labels: Record<string, string>, value: number | null][];

/** Prometheus text format 0.0.4. A value that is not known has no line: never 0. */
export async function renderMetrics(engine: Engine, caller: Caller, calls: Calls, signal: AbortSignal): Promise<string> {
  const reply = await engine.call('list_network_interfaces', {}, caller, { signal });
  if (!reply.success) throw new NetsondeError(reply.error.code, reply.message, { hint: reply.error.hint });
  const { details } = interfaceList.parse(reply.data);
  const lines: string[] = [];
  const add: Add = (name, type, help, series) => {
    const known = series.filter(([, value]) => value !== null);
    if (known.length === 0) return;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of known) lines.push(`${name}${labelText(labels)} ${String(value)}`);
  };

  for (const [field, name, help] of COUNTERS) {
    add(
      name,
      'counter',
      help,
      details.map(each => [{ interface: each.name }, each.since_boot?.[field] ?? null]),
    );
  }
  add(
    'netsonde_interface_up',
    'gauge',
    '1 when the interface is up.',
    details.map(each => [{ interface: each.name }, each.up ? 1 : 0]),
  );
  const latest = latestSamples(engine);
  add(
    'netsonde_interface_receive_bits_per_second',
    'gauge',
    'Receive rate over the last second.',
    latest.map(each => [{ interface: each.interface }, each.rx_rate_bps]),
  );
  add(
    'netsonde_interface_transmit_bits_per_second',
    'gauge',
    'Transmit rate over the last second.',
    latest.map(each => [{ interface: each.interface }, each.tx_rate_bps]),
  );

  addKernelEvents(engine, add);
  const status = await engine.call('get_status', {}, caller, { signal });
  if (status.success) {
    const { helper } = statusSchema.parse(status.data);
    add('netsonde_helper_up', 'gauge', '1 while the privileged helper tells kernel events.', [
      [{}, helper.state === 'ready' ? 1 : 0],
    ]);
    add(
      'netsonde_kernel_program_loaded',
      'gauge',
      '1 when the kernel took the program.',
      helper.features.map(({ name, loaded }) => [{ program: name }, loaded ? 1 : 0]),
    );
  }

  const ended = [...calls.ended];
  add(
    'netsonde_tool_calls_total',
    'counter',
    'Tool calls that ended, by outcome.',
    ended.flatMap(
      ([tool, { succeeded, failed }]): Series => [
        [{ tool, outcome: 'success' }, succeeded],
        [{ tool, outcome: 'failure' }, failed],
      ],
    ),
  );
  add(
    'netsonde_tool_call_seconds_total',
    'counter',
    'Time spent in tool calls.',
    ended.map(([tool, { seconds }]) => [{ tool }, seconds]),
  );
  add('netsonde_tool_calls_running', 'gauge', 'Tool calls under way.', [[{}, calls.running]]);
  const { user, system } = process.cpuUsage();
  add('process_cpu_seconds_total', 'counter', 'Processor time of the engine.', [[{}, (user + system) / 1e6]]);
  add('process_resident_memory_bytes', 'gauge', 'Resident memory of the engine.', [[{}, process.memoryUsage.rss()]]);
  add('process_uptime_seconds', 'gauge', 'Age of the engine.', [[{}, Math.round(process.uptime())]]);
  return `${lines.join('\n')}\n`;
}

/** What was seen and lost, and the last whole second by kind; nothing at all while the kernel cannot be seen. */
function addKernelEvents(engine: Engine, add: Add): void {
  // The rarest kind: only the coverage is wanted, which is about all of them. StreamMap says what each stream carries.
  const batch = snapshotOf(engine, 'kernel_event', { kinds: ['reset_sent'] }) as KernelEventBatch;
  if (batch.blind) return;
  add('netsonde_kernel_events_total', 'counter', 'Events the kernel told.', [[{}, batch.coverage.seen_total]]);
  add('netsonde_kernel_events_lost_total', 'counter', 'Events that found the buffer full.', [[{}, batch.coverage.lost]]);
  const second = (snapshotOf(engine, 'event_rate', {}) as EventRateBatch).seconds.at(-1);
  if (!second || second.gap) return;
  add(
    'netsonde_kernel_events_per_second',
    'gauge',
    'Events of the last second, by kind.',
    [...EVENT_KINDS, 'benign_drop' as const].map(kind => [{ kind }, second.counts[kind] ?? 0]),
  );
}

/** The newest sample of each interface, from the snapshot every stream begins with. */
function latestSamples(engine: Engine): InterfaceSample[] {
  const latest = new Map<string, InterfaceSample>();
  const stop = engine.subscribe('interface_sample', { interface: null }, event => {
    // The stream of that name carries these (StreamMap).
    for (const sample of (event as { samples: InterfaceSample[] }).samples) latest.set(sample.interface, sample);
  });
  stop();
  return [...latest.values()];
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
