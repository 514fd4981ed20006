import { NetsondeError } from '@shared/errors';
import type { Connection, ConnectionList } from '@shared/model/connection';
import type { InterfaceList, NetworkInterface } from '@shared/model/interface';
import type { PortCheck, PortOccupation } from '@shared/model/port';
import type { Ability, Status } from '@shared/model/status';
import type { InterfaceTraffic, TopConnection } from '@shared/model/traffic';
import { text, toolWords } from '@shared/text/index';
import { formatAge, formatBytes, formatRate, formatSecond, type Quantity } from '@shared/units';
import { isFleet, runFleet } from './fleet';
import { type CommandOptions, type Print, printer, runTool } from './run-tool';
import type { Column } from './table';

const MBPS = 1e6;
const MB = 1e6;

const words = ({ number, unit }: Quantity): string => `${number} ${unit}`;

export function call(tool: string, args: string, options: CommandOptions): Promise<boolean> {
  let input: unknown;
  try {
    input = JSON.parse(args);
  } catch (cause) {
    throw new NetsondeError('invalid_argument', text('cli.not_json', { value: args.slice(0, 80) }), {
      hint: text('cli.not_json_hint'),
      cause,
    });
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new NetsondeError('invalid_argument', text('cli.not_json', { value: args.slice(0, 80) }), {
      hint: text('cli.not_json_hint'),
    });
  }
  return runTool<unknown>(tool, { ...input }, options, (data, message, { line }) => {
    line(message);
    line(JSON.stringify(data, null, 2));
  });
}

export async function listTools({ markdown }: { markdown: boolean }, options: CommandOptions): Promise<boolean> {
  const { tools } = await import('../engine/tools/index');
  const { toolsAsMarkdown, toolSummaries } = await import('./describe-tools');
  const print = printer(options.language, options.output);
  const shown = tools.filter(({ audience }) => audience === 'everyone');
  if (markdown) process.stdout.write(toolsAsMarkdown(shown));
  else if (options.json) print.line(JSON.stringify(toolSummaries(shown), null, 2));
  else {
    print.table(shown, [
      { title: print.say('cli.column_name'), value: ({ name }) => name },
      {
        title: print.say('cli.column_description'),
        value: tool => (toolWords(tool.name, options.language) ?? tool).description,
        flexible: true,
      },
    ]);
  }
  return true;
}

export function status(options: CommandOptions): Promise<boolean> {
  return runTool<Status>('get_status', {}, options, (data, _message, { line, say, style }) => {
    const marks: Record<Ability['state'], string> = {
      good: style.good('✓'),
      degraded: style.warn('!'),
      unavailable: style.dim('–'),
    };
    line(style.bold(`Netsonde ${data.version} · ${data.host} · ${data.platform}`));
    line(say('cli.status_user', { user: data.user, privileges: data.privileges }));
    line(data.endpoint ? `MCP ${data.endpoint.mcp_url}` : say('cli.status_no_server'));
    line();
    for (const { title, state, backend, reason, remedy } of data.abilities) {
      line(`${marks[state]} ${title}${backend ? style.dim(` · ${backend}`) : ''}`);
      if (state !== 'good' && reason) line(`    ${reason}`);
      if (state !== 'good' && remedy) line(style.dim(`    ${remedy}`));
    }
    for (const notice of data.notices) line(`\n${notice}`);
  });
}

export function interfaces({ host }: { host?: string }, options: CommandOptions): Promise<boolean> {
  return runTool<InterfaceList>('list_network_interfaces', { host }, options, (data, _message, { line, table, say, style }) => {
    const count = (value: number | undefined): string => (value === undefined ? '–' : words(formatBytes(value)));
    const columns: Column<NetworkInterface>[] = [
      { title: say('cli.column_name'), value: ({ name, is_default }) => (is_default ? `${name} *` : name) },
      { title: say('cli.column_kind'), value: ({ kind }) => kind },
      { title: say('cli.column_state'), value: ({ up, running }) => (up ? (running ? 'up' : 'no link') : 'down') },
      { title: say('cli.column_addresses'), value: ({ addresses }) => addresses.join(' '), flexible: true },
      { title: 'MTU', value: ({ mtu }) => String(mtu ?? '–'), align: 'right' },
      { title: say('cli.column_received'), value: ({ since_boot }) => count(since_boot?.rx_bytes), align: 'right' },
      { title: say('cli.column_sent'), value: ({ since_boot }) => count(since_boot?.tx_bytes), align: 'right' },
      {
        title: say('cli.column_errors'),
        value: ({ since_boot }) => (since_boot ? String(since_boot.rx_errors + since_boot.tx_errors) : '–'),
        align: 'right',
      },
      {
        title: say('cli.column_drops'),
        value: ({ since_boot }) => (since_boot ? String(since_boot.rx_dropped + since_boot.tx_dropped) : '–'),
        align: 'right',
      },
    ];
    table(data.details, columns);
    if (data.default) line(style.dim(say('cli.default_mark', { name: data.default })));
  });
}

export async function traffic(
  iface: string | undefined,
  { seconds, host }: { seconds?: string; host?: string },
  options: CommandOptions,
): Promise<boolean> {
  let chosen = iface;
  if (chosen === undefined) {
    let found: string | null = null;
    const listed = await runTool<InterfaceList>(
      'list_network_interfaces',
      { host },
      { ...options, json: false },
      data => (found = data.default),
    );
    if (!listed) return false;
    chosen = found ?? 'any';
  }
  return runTool<InterfaceTraffic>(
    'get_interface_traffic',
    { iface: chosen, sample_seconds: seconds, host },
    options,
    (data, _message, { line, table, say, style }) => {
      const { total_stats: total } = data;
      const rate = (mbps: number): string => words(formatRate(mbps * MBPS, 'bit'));
      line(`${style.bold(total.interface)}  ${style.dim(say('cli.over', { seconds: data.series.length }))}`);
      line(
        `  ${say('cli.received')}  ${rate(total.rx_rate_avg)}  ${words(formatBytes(total.rx_total * MB))}  ${say('cli.packets', { count: total.rx_packets })}`,
      );
      line(
        `  ${say('cli.sent')}  ${rate(total.tx_rate_avg)}  ${words(formatBytes(total.tx_total * MB))}  ${say('cli.packets', { count: total.tx_packets })}`,
      );
      line();
      if (data.top_connections.length === 0) return line(say('cli.no_connections'));
      const columns: Column<TopConnection>[] = [
        { title: say('cli.column_process'), value: ({ program }) => program },
        { title: say('cli.column_protocol'), value: ({ protocol }) => protocol },
        { title: say('cli.column_local'), value: row => row.source },
        { title: say('cli.column_remote'), value: ({ destination }) => destination, flexible: true },
        { title: say('cli.column_in'), value: ({ rx_rate }) => rate(rx_rate), align: 'right' },
        { title: say('cli.column_out'), value: ({ tx_rate }) => rate(tx_rate), align: 'right' },
      ];
      table(data.top_connections, columns);
    },
  );
}

const endpoint = (ip: string, port: number | null): string => `${ip.includes(':') ? `[${ip}]` : ip}:${port ?? '*'}`;

export function connections(filter: string[], own: Record<string, string>, options: CommandOptions): Promise<boolean> {
  const input = {
    query: filter.length > 0 ? filter.join(' ') : undefined,
    proto: own.proto,
    state: own.state,
    process_name: own.process,
    pid: own.pid,
    limit: own.limit,
    host: own.host,
  };
  if (isFleet(own.host)) {
    return runFleet<ConnectionList>('query_network_connections', input, own.host, options, (answered, print) => {
      const rows = answered.flatMap(({ asked, connections: list }) => list.map(row => ({ ...row, asked })));
      if (rows.length > 0) print.table(rows, [hostColumn(print), ...connectionColumns(print)]);
      const total = answered.reduce((sum, { connection_count }) => sum + connection_count, 0);
      print.line(print.style.dim(print.say('cli.fleet_rows', { shown: rows.length, total, hosts: answered.length })));
    });
  }
  return runTool<ConnectionList>('query_network_connections', input, options, (data, message, print) => {
    const { line, table, say, style } = print;
    if (data.connections.length > 0) table(data.connections, connectionColumns(print));
    line(
      style.dim(data.truncated ? say('cli.truncated', { message, shown: data.connections.length, total: data.total }) : message),
    );
  });
}

const hostColumn = ({ say }: Print): Column<{ asked: string }> => ({
  title: say('cli.column_host'),
  value: ({ asked }) => asked,
});

function connectionColumns({ say }: Print): Column<Connection>[] {
  return [
    { title: say('cli.column_protocol'), value: ({ protocol }) => protocol },
    { title: say('cli.column_local'), value: row => endpoint(row.local_ip, row.local_port) },
    { title: say('cli.column_remote'), value: row => endpoint(row.foreign_ip, row.foreign_port), flexible: true },
    { title: say('cli.column_state'), value: ({ state }) => state },
    { title: say('cli.column_process'), value: ({ program, pid }) => (pid === null ? program : `${program} (${pid})`) },
    { title: say('cli.column_user'), value: ({ user }) => user ?? '–' },
    { title: 'RTT', value: ({ rtt_ms }) => (rtt_ms === null ? '–' : `${rtt_ms.toFixed(2)} ms`), align: 'right' },
    { title: say('cli.column_age'), value: ({ age_s }) => (age_s === null ? '–' : formatAge(age_s)), align: 'right' },
  ];
}

/** Everything that listens, by port. */
function listeners(udp: boolean, host: string | undefined, options: CommandOptions): Promise<boolean> {
  const input = { query: udp ? 'is:listening proto:udp' : 'state:listen', limit: 1_000, host };
  const byPort = (a: Connection, b: Connection): number => (a.local_port ?? 0) - (b.local_port ?? 0);
  if (isFleet(host)) {
    return runFleet<ConnectionList>('query_network_connections', input, host, options, (answered, print) => {
      const rows = answered.flatMap(({ asked, connections: list }) => list.map(row => ({ ...row, asked }))).sort(byPort);
      if (rows.length > 0) print.table(rows, [hostColumn(print), ...listenerColumns(print)]);
      print.line(print.style.dim(print.say('cli.listeners', { count: rows.length })));
    });
  }
  return runTool<ConnectionList>('query_network_connections', input, options, (data, _message, print) => {
    print.table(data.connections.toSorted(byPort), listenerColumns(print));
    print.line(print.style.dim(print.say('cli.listeners', { count: data.connection_count })));
  });
}

function listenerColumns({ say }: Print): Column<Connection>[] {
  return [
    { title: say('cli.column_port'), value: ({ local_port }) => String(local_port ?? '–'), align: 'right' },
    { title: say('cli.column_protocol'), value: ({ protocol }) => protocol },
    { title: say('cli.column_local'), value: ({ local_ip }) => local_ip },
    { title: say('cli.column_process'), value: ({ program, pid }) => (pid === null ? program : `${program} (${pid})`) },
    { title: say('cli.column_user'), value: ({ user }) => user ?? '–' },
  ];
}

export function ports(
  port: string | undefined,
  { udp, host }: { udp: boolean; host?: string },
  options: CommandOptions,
): Promise<boolean> {
  if (port === undefined) return listeners(udp, host, options);
  const input = { port, proto: udp ? 'udp' : 'tcp', host };
  if (isFleet(host)) {
    return runFleet<PortCheck>('check_port_occupation', input, host, options, (answered, print) => {
      const rows = answered.flatMap(({ asked, occupations }) => occupations.map(row => ({ ...row, asked })));
      if (rows.length > 0) print.table(rows, [hostColumn(print), ...occupationColumns(print)]);
      for (const { asked, is_occupied } of answered)
        if (!is_occupied) print.line(print.say('cli.port_free', { host: asked, port }));
    });
  }
  return runTool<PortCheck>('check_port_occupation', input, options, (data, message, print) => {
    print.line(print.style.bold(message));
    if (data.occupations.length > 0) print.table(data.occupations, occupationColumns(print));
    if (data.blocked_by) print.line(data.blocked_by.text);
  });
}

function occupationColumns({ say }: Print): Column<PortOccupation>[] {
  return [
    { title: say('cli.column_protocol'), value: ({ protocol }) => protocol },
    { title: say('cli.column_local'), value: ({ local_ip }) => local_ip },
    { title: say('cli.column_process'), value: ({ program, pid }) => (pid === null ? program : `${program} (${pid})`) },
    { title: say('cli.column_user'), value: ({ user }) => user ?? '–' },
    {
      title: say('cli.column_since'),
      value: ({ started_at }) => (started_at === null ? '–' : formatSecond(Date.parse(started_at))),
    },
    { title: say('cli.column_command'), value: ({ command_line }) => command_line ?? '–', flexible: true },
  ];
}
