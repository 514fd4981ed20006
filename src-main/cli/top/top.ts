import { NetsondeError } from '@shared/errors';
import { parseFilter } from '@shared/filter/filter';
import { text, translate } from '@shared/text/index';
import { type CliStreams, type CliTarget, openTarget } from '../caller';
import type { CommandOptions } from '../run-tool';
import { press, startControls } from './controls';
import {
  addDrops,
  addEvents,
  addProcesses,
  addSamples,
  addSeconds,
  addSockets,
  emptyState,
  freeze,
  type TopState,
} from './model';
import { openScreen } from './screen';
import { renderFrame, renderText } from './view';

/** A busy second is many events; the eye needs no more frames than this. */
const DRAW_EVERY_MS = 250;
const RETRY_MS = 1_000;
/** One snapshot: rates need two readings, a second apart. */
const SNAPSHOT_LIMIT_MS = 6_000;
const SNAPSHOT_ROWS = 10;

/** The live terminal view until q; without a terminal one snapshot as text. @returns the exit code */
export async function top(filterText: string, options: CommandOptions): Promise<number> {
  const parsed = parseFilter(filterText);
  if (!parsed.ok) throw new NetsondeError('invalid_argument', parsed.message);
  const verbose = options.verbose ? (message: string): void => void process.stderr.write(`${message}\n`) : (): void => {};
  const target = openTarget({ server: options.server, language: options.language, verbose });
  try {
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY && !options.json;
    await (isTerminal ? watch(target, filterText, options) : printOnce(target, filterText, options));
    return 0;
  } finally {
    await target.close();
    process.stdin.destroy(); // an open input would keep the process
  }
}

/** Everything that is shown, on its way into a state. */
interface Subscriptions {
  /** Asks for the events of another filter: the server's window then holds the last 1,000 of those. */
  filterEvents(filterText: string): void;
  stop(): void;
}

function subscribeAll(
  streams: CliStreams,
  state: TopState,
  {
    filterText,
    language,
    onChange,
  }: { filterText: string; language: CommandOptions['language']; onChange: (what: string) => void },
): Subscriptions {
  const changed =
    <Event>(what: string, add: (state: TopState, event: Event) => void) =>
    (event: Event): void => {
      add(state, event);
      onChange(what);
    };
  const subscribeEvents = (query: string): (() => void) =>
    streams.subscribe('kernel_event', query ? { query } : {}, changed('events', addEvents));
  const stops = [
    streams.subscribe('interface_sample', { interface: null }, changed('interfaces', addSamples)),
    streams.subscribe('socket_table', { language }, changed('sockets', addSockets)),
    streams.subscribe('process_traffic', { language }, changed('processes', addProcesses)),
    streams.subscribe('event_rate', {}, changed('rates', addSeconds)),
    streams.subscribe(
      'drop_rate',
      {},
      changed('drops', (into, batch) => addDrops(into, batch, Date.now())),
    ),
  ];
  let stopEvents = subscribeEvents(filterText);
  return {
    filterEvents(query) {
      stopEvents();
      stopEvents = subscribeEvents(query);
    },
    stop() {
      stopEvents();
      for (const stop of stops) stop();
    },
  };
}

async function watch(target: CliTarget, filterText: string, { language }: CommandOptions): Promise<void> {
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  let controls = startControls(filterText);
  let state = emptyState();
  let frozen: TopState | null = null;
  let url: string | null = null;
  let lost = false;
  let over = false;
  let dirty = true;
  let page = 1;
  let subscriptions: Subscriptions | undefined;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const streams = await target.streams();
    state = emptyState();
    url = streams.url;
    lost = false;
    dirty = true;
    subscriptions = subscribeAll(streams, state, { filterText: controls.filterText, language, onChange: () => (dirty = true) });
    streams.onLost(() => {
      if (over) return; // we hung up
      lost = true;
      dirty = true;
      connectAgain();
    });
  };
  const connectAgain = (): void => {
    retry = setTimeout(() => {
      connect().catch((thrown: unknown) => {
        if (thrown instanceof NetsondeError) connectAgain();
        else fail(thrown);
      });
    }, RETRY_MS);
  };
  const draw = (): void => {
    const { width, height } = screen;
    const frame = renderFrame(frozen ?? state, controls, { width, height, nowMs: Date.now(), url, lost, language });
    ({ page } = frame);
    controls = { ...controls, offset: frame.offset };
    dirty = false;
    screen.draw(frame.lines);
  };

  await connect(); // before the screen: what is wrong with --server is said on a line
  const screen = openScreen({
    onKey(key) {
      const pressed = press(controls, key, page);
      if (pressed.controls.paused !== controls.paused) frozen = pressed.controls.paused ? freeze(state) : null;
      const refiltered = pressed.controls.filterText !== controls.filterText;
      ({ controls } = pressed);
      if (refiltered && !lost) subscriptions?.filterEvents(controls.filterText);
      if (pressed.wish === 'quit') end();
      else if (pressed.wish === 'suspend') screen.suspend();
      else draw();
    },
    onResize: draw,
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  const timer = setInterval(() => {
    if (dirty && !controls.paused) draw();
  }, DRAW_EVERY_MS);
  draw();
  try {
    await ended;
  } finally {
    over = true;
    clearInterval(timer);
    clearTimeout(retry);
    subscriptions?.stop();
    screen.leave();
    for (const signal of signals) process.off(signal, end);
  }
}

async function printOnce(target: CliTarget, filterText: string, { language, json }: CommandOptions): Promise<void> {
  const streams = await target.streams();
  const state = emptyState();
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  const seen = new Map<string, number>();
  const limit = setTimeout(resolve, SNAPSHOT_LIMIT_MS);
  streams.onLost(resolve);
  const noteSeen = (what: string): void => {
    seen.set(what, (seen.get(what) ?? 0) + 1);
    // The first readings are counters; rates come with the second ones.
    const rated = ['sockets', 'processes'].every(each => (seen.get(each) ?? 0) >= 2);
    const told = state.blind ? state.blind.code !== 'starting' : state.second !== null && !state.second.gap;
    if (rated && told && state.interfaces.size > 0) resolve();
  };
  const subscriptions = subscribeAll(streams, state, { filterText, language, onChange: noteSeen });
  try {
    await complete;
  } finally {
    clearTimeout(limit);
    subscriptions.stop();
  }
  if (json) {
    const message = translate(text('top.snapshot'), language);
    process.stdout.write(`${JSON.stringify({ success: true, message, data: asJson(state, language) })}\n`);
    return;
  }
  const view = { width: null, nowMs: Date.now(), url: streams.url, lost: false, language };
  process.stdout.write(`${renderText(state, startControls(filterText), view, SNAPSHOT_ROWS)}\n`);
}

function asJson(
  { interfaces, sockets, processes, events, blind, lost, second, drops }: TopState,
  language: CommandOptions['language'],
): object {
  return {
    interfaces: [...interfaces.values()],
    processes,
    sockets: [...sockets.values()],
    events,
    second,
    drops,
    lost,
    blind: blind && { code: blind.code, reason: translate(blind.reason, language), hint: translate(blind.hint, language) },
  };
}
