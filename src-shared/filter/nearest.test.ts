import { expect, test } from 'vitest';
import type { FilterRow } from './fields';
import { nearestProgram } from './nearest';

// Only the program is looked at.
const rows = ['iperf3', 'nginx', 'my server', '-'].map(program => ({ program }) as FilterRow);

test.each([
  ['process:iprf3 state:listen', 'iperf3', 'process:iperf3 state:listen'],
  ['port:80 process:ngnix', 'nginx', 'port:80 process:nginx'],
  ['process:my-server', 'my server', 'process:"my server"'],
])('%s: did you mean %s?', (query, program, better) => {
  expect(nearestProgram(query, rows)).toEqual({ program, query: better });
});

test.each(['process:postgres', 'process:nginx', 'port:80', 'ngnix', ''])('%s has no better reading', query => {
  expect(nearestProgram(query, rows)).toBeNull();
});
