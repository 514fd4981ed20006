import { expect, test } from 'vitest';
import { memoryFile } from '../../engine/services/kept-file';
import { mayBeKept, openHistory } from './history';

test('lines come back newest first', () => {
  const file = memoryFile();
  openHistory(file, () => {}).update(['list', 'summary --pid 1']);
  expect(openHistory(file, () => {}).lines).toEqual(['list', 'summary --pid 1']);
});

test.each([
  'insights "the password is hunter2"',
  'insights https://me:hunter2@example.com/',
  'insights ghp_0123456789abcdefghij',
  'insights "Authorization: Basic YTpi"',
  'insights NETSONDE_TOKEN=abc',
  ' list',
  `insights ${'x'.repeat(1_000)}`,
])('%s is not remembered, not even within the session', line => {
  const file = memoryFile();
  const lines = [line, 'list'];
  openHistory(file, () => {}).update(lines);
  expect(lines).toEqual(['list']);
  expect(file.read()).toBe('list\n');
});

test('commands with names and numbers are remembered', () => {
  expect(mayBeKept('summary --process curl --duration 120')).toBe(true);
  expect(mayBeKept('insights "curl made 5 connections in 60 seconds"')).toBe(true);
});

test('a file that cannot be written is said once', () => {
  const complaints: unknown[] = [];
  const file = {
    ...memoryFile(),
    write: () => {
      throw new Error('full');
    },
  };
  const history = openHistory(file, thrown => complaints.push(thrown));
  history.update(['list']);
  history.update(['summary', 'list']);
  expect(complaints).toEqual([new Error('full')]);
});
