import { TCP_STATES } from '@shared/model/tcp-states';

/** What ss and macOS call otherwise than netstat on Linux, whose spelling the contract takes. */
const OTHER_NAMES = new Map([
  ['ESTAB', 'ESTABLISHED'],
  ['UNCONN', '-'],
  ['FIN_WAIT_1', 'FIN_WAIT1'],
  ['FIN_WAIT_2', 'FIN_WAIT2'],
  ['SYN_RECEIVED', 'SYN_RECV'],
  ['NEW_SYN_RECV', 'SYN_RECV'],
  ['SYN_RCVD', 'SYN_RECV'],
  ['LISTENING', 'LISTEN'],
  ['CLOSED', 'CLOSE'],
]);
const KNOWN = new Set<string>([...TCP_STATES, '-']);

/** A state in netstat's spelling; null when it is none. */
export function readState(name: string): string | null {
  const upper = name.toUpperCase().replaceAll('-', '_');
  const state = OTHER_NAMES.get(upper) ?? upper;
  return KNOWN.has(state) ? state : null;
}
