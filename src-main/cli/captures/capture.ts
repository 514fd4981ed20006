import { setTimeout as wait } from 'node:timers/promises';
import { NetsondeError } from '@shared/errors';
import type { CaptureStarted, CaptureStatus } from '@shared/model/capture';
import { openTarget } from '../caller';
import { printError } from '../print-error';
import { progressLine } from '../progress-line';
import { type CommandOptions, cancelOnInterrupt, printer } from '../run-tool';
import { exitCodeOf, showReport } from './show-report';

export interface CaptureOptions {
  mode?: string;
  duration?: string;
  interface?: string;
  host?: string;
  filter?: string;
  trigger?: string;
  save?: boolean;
}

const LOOK_MS = 500;

/**
 * Captures, shows how far it is, and prints the report; the first Ctrl-C ends the capture, not the report.
 * @returns the exit code: 0 no problem above notice, 3 problems found, 1 failure
 */
export async function capture(target: string, own: CaptureOptions, options: CommandOptions): Promise<number> {
  const { language, json } = options;
  const print = printer(language);
  const progress = progressLine();
  const log = options.verbose ? (message: string) => process.stderr.write(`${message}\n`) : () => {};
  const server =
    options.target ??
    openTarget({ server: options.server, language, verbose: log, staysOpen: true, asUser: own.host !== undefined });
  const ask = async <Data>(name: string, input: Record<string, unknown>): Promise<Data> => {
    const reply = await server.call(name, input, {});
    if (!reply.success) throw new NetsondeError(reply.error.code, reply.message, { hint: reply.error.hint });
    return reply.data as Data; // the tool's own output schema has checked it
  };
  // A session reads its keys itself, and aborts.
  const interrupt = options.signal ? { signal: options.signal, stop: () => {} } : cancelOnInterrupt();
  const { host } = own;
  try {
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    const { session_id, interface: iface, filter } = await ask<CaptureStarted>('start_packet_capture', { target, ...given });
    log(`${iface}: ${filter}`);
    let status: CaptureStatus;
    for (;;) {
      status = await ask<CaptureStatus>('get_capture_status', { session_id, ...(host && { host }) });
      if (!status.is_capturing || interrupt.signal.aborted) break;
      progress.show(progressWords(status, print.say));
      await wait(Math.min(LOOK_MS, Math.max(20, status.remaining_s * 1_000)));
    }
    if (status.is_capturing) status = await ask<CaptureStatus>('stop_packet_capture', { session_id, ...(host && { host }) });
    progress.clear();
    if (json) process.stdout.write(`${JSON.stringify(status)}\n`);
    else {
      if (status.problem !== null) printError(status.problem, '', language);
      if (status.analysis) showReport(status.analysis, print);
      for (const { file } of status.saved_files) print.line(print.say('cli.capture_saved', { file }));
    }
    if (status.status === 'failed' || !status.analysis) return 1;
    return exitCodeOf(status.analysis);
  } finally {
    interrupt.stop();
    if (!options.target) await server.close();
  }
}

function progressWords(status: CaptureStatus, say: ReturnType<typeof printer>['say']): string {
  const found = status.analysis?.totals.problems ?? 0;
  return status.is_armed
    ? say('captures.armed', { trigger: status.trigger ?? '' })
    : say('cli.capture_progress', {
        iface: status.interface,
        count: status.current_packet_count,
        found,
        remaining: Math.ceil(status.remaining_s),
      });
}
