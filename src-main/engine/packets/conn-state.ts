import type { TcpFlow } from './flows';
import { hasMark, MARK, marksOf } from './marks';

/** The states of Zeek's conn.log (docs.zeek.org, conn_state) by what was seen of the flow. */
export function connState({ completeness, marks, sides: [a, b] }: TcpFlow): string {
  const opened = hasMark(marks, MARK.syn, 0);
  const answered = hasMark(marks, MARK.synAck, 1);
  const resetByA = a.resets > 0;
  const resetByB = b.resets > 0;
  if (!opened) {
    if (!answered) return 'OTH'; // began before the capture
    if (resetByB) return 'RSTRH';
    return b.fins > 0 ? 'SHR' : 'OTH';
  }
  if (!answered) {
    if (resetByB) return 'REJ';
    if (resetByA) return 'RSTOS0';
    return a.fins > 0 ? 'SH' : 'S0';
  }
  const [reset] = resetByA || resetByB ? marksOf(marks, MARK.reset) : [];
  if (reset) return reset.from === 0 ? 'RSTO' : 'RSTR';
  if (a.fins > 0 && b.fins > 0) return 'SF';
  if (a.fins > 0) return 'S2';
  if (b.fins > 0) return 'S3';
  return (completeness & 4) !== 0 || a.payload + b.payload > 0 ? 'S1' : 'S0';
}

/** Never open: refused, unanswered, or given up. */
const FAILED = new Set(['S0', 'REJ', 'RSTOS0', 'SH', 'RSTRH', 'SHR']);

export function isFailed(state: string): boolean {
  return FAILED.has(state);
}
