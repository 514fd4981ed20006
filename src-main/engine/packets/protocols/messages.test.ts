import { describe, expect, test } from 'vitest';
import { bytes } from '../../../../test/support/packet-bytes';
import { ARRIVAL, type Arrival } from '../piece';
import { Messages, Need, ONE_SEGMENT, type StreamReader } from './messages';
import { KeptBytes } from './unfinished';

/** A toy protocol: `<length digit><that many letters>`; an upper-case digit word is skipped instead of read. */
class Toy implements StreamReader {
  readonly heard: string[] = [];

  read(piece: { frame: number }, all: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      const length = (all[at] ?? 0) - 0x30;
      if (!(length >= 0 && length <= 9)) {
        this.heard.push(`${piece.frame}: garbage`);
        return;
      }
      const next = at + 1 + length;
      if (next > end && whole) return need.wants(at, next - end, length === 9);
      this.heard.push(`${piece.frame}: ${String.fromCharCode(...all.subarray(at + 1, Math.min(next, end)))}`);
      at = next;
    }
  }

  skipped({ frame }: { frame: number }, late: boolean): void {
    this.heard.push(`${frame}: skipped${late ? ' late' : ''}`);
  }

  ended({ frame }: { frame: number }): void {
    this.heard.push(`${frame}: ended`);
  }

  lost(): void {
    this.heard.push('lost');
  }
}

function run(...segments: [offset: number, text: string, arrival?: Arrival][]): string[] {
  const messages = new Messages(new KeptBytes());
  const toy = new Toy();
  const need = new Need();
  segments.forEach(([offset, text, arrival = ARRIVAL.inOrder], index) => {
    const body = bytes(text);
    const piece = { frame: index + 1, ts: 0, from: 0 as const, bytes: body, start: 0, end: body.length, length: body.length };
    messages.segment({ ...piece, offset, arrival, gap: false }, toy, need);
  });
  return toy.heard;
}

describe('messages out of segments', () => {
  test.each<[string, Parameters<typeof run>, string[]]>([
    ['two in one segment', [[0, '2ab1c']], ['1: ab', '1: c']],
    [
      'one over three segments counts where it ends',
      [
        [0, '5a'],
        [2, 'bc'],
        [4, 'de'],
      ],
      ['3: abcde'],
    ],
    [
      'the rest of a segment begins the next one',
      [
        [0, '3a'],
        [2, 'bc2d'],
        [6, 'e'],
      ],
      ['2: abc', '3: de'],
    ],
    [
      'a skipped one is not kept',
      [
        [0, '9abc'],
        [4, 'defghi1x'],
      ],
      ['2: skipped', '2: x'],
    ],
    [
      'a late segment fills a hole',
      [
        [0, '6ab'],
        [5, 'e'],
        [3, 'cd', ARRIVAL.outOfOrder],
        [6, 'f'],
      ],
      ['4: abcdef'],
    ],
    [
      'a timed-out one fills a hole',
      [
        [0, '6ab'],
        [5, 'e'],
        [3, 'cd', ARRIVAL.retransmission],
        [6, 'f'],
      ],
      ['4: abcdef'],
    ],
    [
      'a late segment completes nothing',
      [
        [0, '4ab'],
        [4, 'd'],
        [3, 'c', ARRIVAL.outOfOrder],
        [5, '1x'],
      ],
      ['lost', '4: x'],
    ],
    [
      'a fast one completes it',
      [
        [0, '4ab'],
        [4, 'd'],
        [3, 'c', ARRIVAL.fast],
        [5, '1x'],
      ],
      ['3: abcd', '4: x'],
    ],
    [
      'a late segment begins nothing',
      [
        [5, '1x'],
        [0, '4abcd', ARRIVAL.outOfOrder],
      ],
      ['1: x'],
    ],
    [
      'a repeat of the beginning is not read again',
      [
        [0, '5ab'],
        [0, '5ab', ARRIVAL.fast],
        [3, 'cde'],
      ],
      ['3: abcde'],
    ],
    [
      'a repeat of something finished is not read again',
      [
        [0, '3a'],
        [2, 'bc'],
        [0, '3abc', ARRIVAL.fast],
      ],
      ['2: abc'],
    ],
    [
      'a spurious repeat is not read',
      [
        [0, '1a'],
        [0, '1a', ARRIVAL.spurious],
      ],
      ['1: a'],
    ],
    [
      'a keep-alive is not read',
      [
        [0, '1a'],
        [1, 'x', ARRIVAL.keepAlive],
        [2, '1b'],
      ],
      ['1: a', '3: b'],
    ],
    [
      'after a hole a new message begins',
      [
        [0, '5ab'],
        [6, '1x'],
      ],
      ['lost', '2: x'],
    ],
    [
      'a skipped message that is filled after others began is late',
      [
        [0, '9abc'],
        [6, 'fghi'],
        [10, '1x'],
        [4, 'de', ARRIVAL.fast],
      ],
      ['lost', '3: x', '4: skipped late'],
    ],
  ])('%s', (_name, segments, heard) => {
    expect(run(...segments)).toEqual(heard);
  });

  test('a message of unknown length takes the next segment, all of it', () => {
    const heard: string[] = [];
    const reader: StreamReader = {
      read({ frame }, all, start, end, need) {
        if (all[end - 1] === 0x0a) heard.push(`${frame}: ${end - start}`);
        else need.wants(start, ONE_SEGMENT);
      },
      skipped() {},
      ended() {},
      lost() {},
    };
    const messages = new Messages(new KeptBytes());
    const need = new Need();
    ['ab', 'cd', 'e\n'].forEach((text, index) => {
      const body = bytes(text);
      const place = { start: 0, end: 2, length: 2, offset: index * 2, gap: false };
      messages.segment({ frame: index + 1, ts: 0, from: 0, bytes: body, arrival: ARRIVAL.inOrder, ...place }, reader, need);
    });
    expect(heard).toEqual(['3: 6']);
  });

  test('one that never ends keeps a bounded number of bytes', () => {
    const reader: StreamReader = {
      read: (_piece, _all, start, _end, need) => need.wants(start, ONE_SEGMENT),
      skipped() {},
      ended() {},
      lost() {},
    };
    const messages = new Messages(new KeptBytes());
    const need = new Need();
    const body = new Uint8Array(1_000);
    for (let index = 0; index < 200; index++) {
      const place = { start: 0, end: 1_000, length: 1_000, offset: index * 1_000, gap: false };
      messages.segment({ frame: index + 1, ts: 0, from: 0, bytes: body, arrival: ARRIVAL.inOrder, ...place }, reader, need);
    }
    expect(messages.lost).toBe(2);
  });

  test('one that is cut too fine is given up before its reading takes long', () => {
    let read = 0;
    const reader: StreamReader = {
      read(_piece, _all, start, end, need) {
        read += end - start;
        need.wants(start, ONE_SEGMENT);
      },
      skipped() {},
      ended() {},
      lost() {},
    };
    const messages = new Messages(new KeptBytes());
    const need = new Need();
    for (let offset = 0; offset < 20_000; offset++) {
      const place = {
        frame: 1,
        ts: 0,
        from: 0 as const,
        bytes: new Uint8Array(1),
        start: 0,
        end: 1,
        length: 1,
        offset,
        gap: false,
      };
      messages.segment({ ...place, arrival: ARRIVAL.inOrder }, reader, need);
    }
    expect(read).toBeLessThan(20_000 * 1_000);
    expect(messages.lost).toBeGreaterThan(10);
  });

  test('what all keep together is bounded, and given back', () => {
    const budget = new KeptBytes(3_000);
    const waiting: StreamReader = {
      read: (_piece, _all, start, _end, need) => need.wants(start, ONE_SEGMENT),
      skipped() {},
      ended() {},
      lost() {},
    };
    const all = [new Messages(budget), new Messages(budget), new Messages(budget)];
    const body = new Uint8Array(1_200);
    const place = { frame: 1, ts: 0, from: 0 as const, bytes: body, start: 0, end: 1_200, length: 1_200, offset: 0, gap: false };
    for (const messages of all) messages.segment({ ...place, arrival: ARRIVAL.inOrder }, waiting, new Need());
    expect(all.map(messages => messages.lost)).toEqual([0, 0, 1]);
    for (const messages of all) messages.release();
    expect(budget.used).toBe(0);
  });
});
