import { expect, test } from 'vitest';
import { liveEvent } from '../../store/event-rows';
import { eventsCsv, eventsJson } from './export';

test('a row of the file has every field of its event, unknown ones empty', () => {
  const [head, row, end] = eventsCsv([liveEvent(3, { error: 'ECONNREFUSED', kind: 'connect_failed', program: '=cmd()' })]).split(
    '\r\n',
  );
  expect(end).toBe('');
  const cells = new Map(head?.split(',').map((name, at) => [name, row?.split(',')[at]]));
  expect(cells.get('"kind"')).toBe('"connect_failed"');
  expect(cells.get('"error"')).toBe('"ECONNREFUSED"');
  expect(cells.get('"duration_ms"')).toBe('""');
  expect(Date.parse(JSON.parse(cells.get('"time"') ?? ''))).toBe(3_000);
  // A name that a spreadsheet would run is text.
  expect(cells.get('"program"')).toBe(`"'=cmd()"`);
});

test('JSON has the events as the stream has them', () => {
  const events = [liveEvent(1), liveEvent(2, { kind: 'drop', reason: 'NO_SOCKET' })];
  expect(JSON.parse(eventsJson(events))).toEqual(events);
});
