import { expect, test } from 'vitest';
import { parseFlags, sinceDuration } from './flags';

test('flags take the next word or what stands behind =', () => {
  expect(parseFlags(['--pid', '12', 'eth0', '--process=my app', '--max-events', '5'])).toEqual({
    input: { pid: '12', process_name: 'my app', max_events: '5' },
    rest: ['eth0'],
  });
});

test.each([
  ['an unknown flag', ['--pod', '1'], 'There is no flag --pod. Flags: --pid, --process, --duration, --max-events'],
  ['a name of the prototype', ['--constructor', '1'], 'There is no flag --constructor.'],
  ['a flag without a value', ['--pid'], 'The option --pid needs a value.'],
  ['a flag before another', ['--pid', '--process', 'x'], 'The option --pid needs a value.'],
  ['a flag given twice', ['--pid', '1', '--pid', '2'], '--pid'],
])('%s is refused by name', (_name, words, message) => {
  expect(() => parseFlags(words)).toThrow(message);
});

test('a duration becomes the time the list begins', () => {
  expect(sinceDuration({ pid: '1', duration: '60' }, Date.UTC(2026, 0, 1))).toEqual({
    pid: '1',
    since: '2025-12-31T23:59:00.000Z',
  });
  expect(sinceDuration({ pid: '1' }, 0)).toEqual({ pid: '1' });
});

test.each(['0', '86401', '1.5', 'x', ''])('a duration of %j is refused', duration => {
  expect(() => sinceDuration({ duration }, 0)).toThrow('--duration');
});
