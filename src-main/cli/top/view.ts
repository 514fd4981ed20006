import type { LiveConnection } from '@shared/bridge';
import { dropReasonWords } from '@shared/drop-reasons/index';
import type { DropCount } from '@shared/model/drop';
import { EVENT_KINDS, type EventKind, type EventSecond, type LiveEvent } from '@shared/model/event';
import type { InterfaceSample } from '@shared/model/interface';
import { type Language, text, translate } from '@shared/text/index';
import { formatClock, formatCount, formatEndpoint, formatRate } from '@shared/units';
import { type Column, fit, formatTable } from '../table';
import { type Controls, VIEWS, type View } from './controls';
import { dropRows, eventRows, type ProcessRow, processRows, socketRows, type TopState } from './model';

/** A line and how it is drawn; styles are put on after it was cut to the width. */
export interface Line {
  text: string;
  style?: 'bold' | 'dim' | 'warn' | 'good';
}

export interface Frame {
  lines: Line[];
  /** Rows of the table that fit. */
  page: number;
  /** `offset` kept within the rows there are. */
  offset: number;
}

export interface ViewOptions {
  /** Cells; width null: as wide as needed. */
  width: number | null;
  height: number;
  nowMs: number;
  /** Of the server; null for the own engine. */
  url: string | null;
  /** The server is gone. */
  lost: boolean;
  language: Language;
}

type Say = (...args: Parameters<typeof text>) => string;

const rate = (bps: number | null): string => {
  if (bps === null) return '–';
  const { number, unit } = formatRate(bps, 'bit');
  return `${number} ${unit}`;
};
const count = (value: number | null): string => (value === null ? '–' : formatCount(value));
const owner = (program: string, pid: number | null): string => (pid === null ? program : `${program} (${pid})`);

/** Everything on the screen. */
export function renderFrame(state: TopState, controls: Controls, options: ViewOptions): Frame {
  const { width, height, language } = options;
  const say: Say = (...args) => translate(text(...args), language);
  const head = headLines(state, controls, options, say);
  if (controls.help) return { lines: closed([...head, { text: '' }, ...helpLines(say)], [], options), page: 1, offset: 0 };
  const shown = interfaceRows(state);
  const interfaceLimit = Math.max(2, Math.floor(height / 4));
  const top: Line[] = [...head, { text: '' }, ...interfaceLines(shown.slice(0, interfaceLimit), say, width), { text: '' }];
  const foot = [footLine(controls, say, language)];
  const page = Math.max(1, height - top.length - foot.length - 2);
  const table = tableOf(controls.view, state, controls, options, say);
  const offset = Math.max(0, Math.min(controls.offset, table.total - page));
  const rows = table.lines(offset, page);
  const more =
    table.total > page
      ? say('top.more', { first: offset + 1, last: Math.min(offset + page, table.total), total: table.total })
      : '';
  const tabs = VIEWS.map(view => (view === controls.view ? `[${say(`top.view_${view}`)}]` : ` ${say(`top.view_${view}`)} `)).join(
    ' ',
  );
  return { lines: closed([...top, { text: `${tabs}   ${more}`, style: 'bold' }, ...rows], foot, options), page, offset };
}

/** Every view once, for files and pipes. */
export function renderText(state: TopState, controls: Controls, options: Omit<ViewOptions, 'height'>, rowsEach: number): string {
  const say: Say = (...args) => translate(text(...args), options.language);
  const whole = { ...options, height: Infinity };
  const lines = [
    ...headLines(state, controls, whole, say),
    { text: '' },
    ...interfaceLines(interfaceRows(state), say, options.width),
    ...VIEWS.flatMap(view => {
      const { lines: rows, total } = tableOf(view, state, controls, whole, say);
      const more = total > rowsEach ? `   ${say('top.more', { first: 1, last: rowsEach, total })}` : '';
      return [{ text: '' }, { text: `${say(`top.view_${view}`)}${more}` }, ...rows(0, rowsEach)];
    }),
  ];
  return lines.map(line => line.text.trimEnd()).join('\n');
}

/** The screen's lines exactly: filled up, the last ones at the bottom. */
function closed(lines: readonly Line[], foot: readonly Line[], { width, height }: ViewOptions): Line[] {
  const room = Math.max(0, height - foot.length);
  const filled = [
    ...lines.slice(0, room),
    ...Array.from({ length: Math.max(0, room - lines.length) }, () => ({ text: '' })),
    ...foot,
  ];
  return width === null ? filled : filled.map(line => ({ ...line, text: fit(line.text, width) }));
}

function headLines(state: TopState, { paused, filterText }: Controls, { nowMs, url, lost }: ViewOptions, say: Say): Line[] {
  const from = url === null ? say('top.own_engine') : say('top.server', { url });
  const listening = [...state.sockets.values()].filter(socket => socket.state === 'LISTEN').length;
  // What the keys have set stands first: the end may be cut off.
  const parts = [
    'netsonde top',
    ...(paused ? [say('top.paused')] : []),
    ...(filterText ? [say('top.filter', { filter: filterText })] : []),
    formatClock(nowMs),
    say('top.sockets', { count: formatCount(state.sockets.size), listening: formatCount(listening) }),
    from,
  ];
  const lines: Line[] = [{ text: parts.join(' · '), style: paused ? 'warn' : 'bold' }, { text: totals(state, say) }];
  if (lost && url !== null) lines.push({ text: say('top.lost', { url }), style: 'warn' });
  return lines;
}

function totals({ second, lost, blind }: TopState, say: Say): string {
  if (blind || !second || second.gap) return say('top.totals_unknown');
  const { counts } = second;
  const of = (...kinds: EventKind[]): string => formatCount(kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0));
  return say('top.totals', {
    events: formatCount(allEvents(second)),
    connects: of('connect', 'udp_flow'),
    failures: of('connect_failed', 'not_sent'),
    drops: of('drop'),
    retransmits: of('retransmit'),
    lost: formatCount(lost),
  });
}

function allEvents({ counts }: EventSecond): number {
  return EVENT_KINDS.reduce((all, kind) => all + (counts[kind] ?? 0), 0);
}

function interfaceRows({ interfaces }: TopState): InterfaceSample[] {
  const busy = ({ rx_rate_bps, tx_rate_bps }: InterfaceSample): number => (rx_rate_bps ?? 0) + (tx_rate_bps ?? 0);
  return [...interfaces.values()].sort((a, b) => busy(b) - busy(a) || a.interface.localeCompare(b.interface));
}

function interfaceLines(rows: readonly InterfaceSample[], say: Say, width: number | null): Line[] {
  if (rows.length === 0) return [{ text: say('top.waiting'), style: 'dim' }];
  return tableLines(rows, width, [
    { title: say('top.column_interface'), value: row => row.interface },
    { title: say('cli.column_in'), value: row => rate(row.rx_rate_bps), align: 'right' },
    { title: say('cli.column_out'), value: row => rate(row.tx_rate_bps), align: 'right' },
    { title: say('top.column_packets_in'), value: row => count(row.rx_packet_rate), align: 'right' },
    { title: say('top.column_packets_out'), value: row => count(row.tx_packet_rate), align: 'right' },
    { title: say('cli.column_errors'), value: row => count(sum(row.rx_errors, row.tx_errors)), align: 'right' },
    { title: say('cli.column_drops'), value: row => count(sum(row.rx_dropped, row.tx_dropped)), align: 'right' },
  ]);
}

interface Table {
  total: number;
  lines: (offset: number, rows: number) => Line[];
}

function tableOf(view: View, state: TopState, { filter }: Controls, { width, nowMs, language }: ViewOptions, say: Say): Table {
  const empty = (): Line[] => [{ text: say(filter ? 'top.no_match' : 'top.no_rows'), style: 'dim' }];
  const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Table => ({
    total: rows.length,
    lines: (offset, page) => (rows.length === 0 ? empty() : tableLines(rows.slice(offset, offset + page), width, columns)),
  });
  const blind = (): Table | null => {
    if (!state.blind) return null;
    const lines: Line[] = [
      { text: say('top.blind', { reason: state.blind.reason }), style: 'warn' },
      { text: translate(state.blind.hint, language), style: 'dim' },
    ];
    return { total: lines.length, lines: () => lines };
  };
  switch (view) {
    case 'processes':
      return table<ProcessRow>(processRows(state, filter), [
        { title: say('cli.column_process'), value: row => owner(row.program, row.pid), flexible: true },
        { title: say('top.column_sockets'), value: row => String(row.sockets), align: 'right' },
        { title: say('cli.column_in'), value: row => rate(row.rx), align: 'right' },
        { title: say('cli.column_out'), value: row => rate(row.tx), align: 'right' },
      ]);
    case 'sockets':
      return table<LiveConnection>(socketRows(state, filter), [
        { title: say('cli.column_protocol'), value: row => row.protocol },
        { title: say('cli.column_local'), value: row => formatEndpoint(row.local_ip, row.local_port) },
        { title: say('cli.column_remote'), value: row => formatEndpoint(row.foreign_ip, row.foreign_port) },
        { title: say('cli.column_state'), value: row => row.state },
        { title: say('cli.column_in'), value: row => rate(row.rx_rate_bps), align: 'right' },
        { title: say('cli.column_out'), value: row => rate(row.tx_rate_bps), align: 'right' },
        { title: say('cli.column_process'), value: row => owner(row.program, row.pid), flexible: true },
      ]);
    case 'events':
      return (
        blind() ??
        table<LiveEvent>(eventRows(state, filter), [
          { title: say('top.column_time'), value: row => formatClock(row.at_ms, true) },
          { title: say('top.column_event'), value: row => row.kind },
          { title: say('cli.column_protocol'), value: row => row.protocol },
          { title: say('cli.column_process'), value: row => owner(row.program, row.pid) },
          { title: say('top.column_from_to'), value: ends, flexible: true },
          { title: say('top.column_result'), value: row => row.reason ?? row.error ?? row.close_reason ?? '' },
        ])
      );
    case 'drops':
      return (
        blind() ??
        table<DropCount>(dropRows(state, filter, nowMs), [
          { title: say('top.column_reason'), value: row => row.reason },
          { title: say('top.column_count'), value: row => formatCount(row.count), align: 'right' },
          { title: say('cli.column_process'), value: row => owner(row.program, row.pid) },
          { title: say('top.column_location'), value: row => row.location ?? '–' },
          { title: say('top.column_meaning'), value: row => dropReasonWords(row.reason, language).text, flexible: true },
        ])
      );
  }
}

function tableLines<Row>(rows: readonly Row[], width: number | null, columns: readonly Column<Row>[]): Line[] {
  return formatTable(rows, columns, { width })
    .split('\n')
    .map((line, index) => ({ text: line, ...(index === 0 && { style: 'dim' as const }) }));
}

function ends({ family, direction, local_ip, local_port, foreign_ip, foreign_port }: LiveEvent): string {
  if (family === 'UNIX') return '(local socket)';
  const [local, foreign] = [endpoint(local_ip, local_port), endpoint(foreign_ip, foreign_port)];
  return direction === 'inbound' ? `${foreign} → ${local}` : `${local} → ${foreign}`;
}

function endpoint(ip: string, port: number | null): string {
  return ip === '' ? '–' : formatEndpoint(ip, port);
}

function footLine({ typing, problem }: Controls, say: Say, language: Language): Line {
  if (typing === null) return { text: say('top.help'), style: 'dim' };
  const typed = say('top.filtering', { typed: `${typing}▏` });
  return problem ? { text: `${typed}   ${translate(problem, language)}`, style: 'warn' } : { text: typed, style: 'bold' };
}

function helpLines(say: Say): Line[] {
  return [
    { text: say('top.help_title'), style: 'bold' },
    ...(['help_tab', 'help_filter', 'help_space', 'help_scroll', 'help_quit'] as const).map(key => ({
      text: `  ${say(`top.${key}`)}`,
    })),
    { text: '' },
    { text: say('top.help_any'), style: 'dim' },
  ];
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
