import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { T0, Talk } from '../../../../test/support/talk';
import { ipv6FallbackDelay } from './ipv6-fallback-delay';

const site = (n: number, wait: number) => {
  const name = `s${n}.example`;
  const six = `2001:db8::${n}`;
  const four = `198.51.100.${n}`;
  return [
    query(n * 20, { id: n * 2, name }),
    answer(n * 20 + 0.01, { id: n * 2, name, answers: [four] }),
    query(n * 20 + 0.011, { id: n * 2 + 1, name, type: 'AAAA' }),
    answer(n * 20 + 0.02, { id: n * 2 + 1, name, type: 'AAAA', answers: [six] }),
    ...new Talk({ client: { ip: '2001:db8:f::1', port: 41_000 + n }, server: { ip: six, port: 443 }, at: T0 + n * 20 + 0.03 }).c(
      'S',
    ).packets,
    ...new Talk({
      client: { ip: '192.0.2.1', port: 42_000 + n },
      server: { ip: four, port: 443 },
      at: T0 + n * 20 + 0.03 + wait,
    }).open().packets,
  ];
};

testRule(ipv6FallbackDelay, [
  {
    name: 'three sites begin a second late',
    packets: [1, 2, 3].flatMap(n => site(n, 1)),
    finds: ['warning'],
    metrics: { times: 3 },
  },
  { name: 'five seconds late', packets: [1, 2, 3].flatMap(n => site(n, 5)), finds: ['critical'] },
  { name: 'happy eyeballs', packets: [1, 2, 3].flatMap(n => site(n, 0.2)), finds: [] },
  { name: 'once', packets: site(1, 1), finds: [] },
]);
