import { ACK, FIN, RST } from './tcp-side';

/** A segment worth naming: a SYN, a FIN, a RST. */
export interface Mark {
  frame: number;
  /** ns since the base of the capture. */
  time: number;
  from: 0 | 1;
  /** Relative. */
  seq: number;
  ack: number;
  flags: number;
  window: number;
  ttl: number;
}

export const MARK = { syn: 0, synAck: 1, fin: 2, reset: 3 } as const; // literal numbers
export type MarkKind = (typeof MARK)[keyof typeof MARK];

/** Of one kind and flow; a flood of them only counts. */
const MAX_MARKS = 16;
/** Numbers of a mark: frame, time, seq, ack, and the small ones in one. */
const STRIDE = 5;

/** The marks of a flow as plain numbers, in order: every flow of a capture has some, and objects cost thrice as much. */
export type Marks = readonly number[];

export const NO_MARKS: Marks = [];

/** @returns the marks with one more */
export function withMark(marks: Marks, { frame, time, from, seq, ack, flags, window, ttl }: Mark): Marks {
  if (countMarks(marks, kindOf(flags)) >= MAX_MARKS) return marks;
  return [...marks, frame, time, seq, ack, ((window * 256 + ttl) * 2 + from) * 256 + flags];
}

export function countMarks(marks: Marks, kind: MarkKind): number {
  let count = 0;
  for (let at = 4; at < marks.length; at += STRIDE) if (kindOf((marks[at] ?? 0) & 255) === kind) count++;
  return count;
}

/** One end sent a mark of the kind. */
export function hasMark(marks: Marks, kind: MarkKind, from: 0 | 1): boolean {
  for (let at = 4; at < marks.length; at += STRIDE) {
    const packed = marks[at] ?? 0;
    if (kindOf(packed & 255) === kind && ((packed >>> 8) & 1) === from) return true;
  }
  return false;
}

export function marksOf(marks: Marks, kind: MarkKind): Mark[] {
  const found: Mark[] = [];
  for (let at = 0; at < marks.length; at += STRIDE) {
    const packed = marks[at + 4] ?? 0;
    const flags = packed & 255;
    if (kindOf(flags) !== kind) continue;
    found.push({
      frame: marks[at] ?? 0,
      time: marks[at + 1] ?? 0,
      from: ((packed >>> 8) & 1) === 1 ? 1 : 0,
      seq: marks[at + 2] ?? 0,
      ack: marks[at + 3] ?? 0,
      flags,
      window: Math.floor(packed / 2 ** 17),
      ttl: Math.floor(packed / 2 ** 9) & 255,
    });
  }
  return found;
}

function kindOf(flags: number): MarkKind {
  if ((flags & RST) !== 0) return MARK.reset;
  if ((flags & FIN) !== 0) return MARK.fin;
  return (flags & ACK) !== 0 ? MARK.synAck : MARK.syn;
}
