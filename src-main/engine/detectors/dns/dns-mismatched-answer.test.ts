import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsMismatchedAnswer } from './dns-mismatched-answer';

testRule(dnsMismatchedAnswer, [
  {
    name: 'an answer to another question',
    packets: [query(0, { name: 'a.example' }), answer(0.01, { name: 'b.example', answers: ['192.0.2.80'] })],
    finds: ['warning'],
    metrics: { kind: 'other_question' },
  },
  {
    name: 'two answers that contradict each other',
    packets: [query(0), answer(0.01, { answers: ['198.51.100.9'] }), answer(0.05, { answers: ['192.0.2.80'] })],
    finds: ['warning'],
    metrics: { kind: 'contradiction' },
  },
  {
    name: 'two that contradict each other and came different ways',
    packets: [query(0), answer(0.01, { answers: ['198.51.100.9'], ttl: 44 }), answer(0.05, { answers: ['192.0.2.80'], ttl: 60 })],
    finds: ['critical'],
    metrics: { kind: 'contradiction', ttl_step: 16 },
  },
  {
    name: 'two that contradict each other, with a TTL as it varies on one way',
    packets: [query(0), answer(0.01, { answers: ['198.51.100.9'], ttl: 58 }), answer(0.05, { answers: ['192.0.2.80'], ttl: 60 })],
    finds: ['warning'],
    metrics: { kind: 'contradiction', ttl_step: 2 },
  },
  {
    name: 'the second one late, for another query of the same number',
    packets: [query(0), answer(0.01, { answers: ['198.51.100.9'], ttl: 44 }), answer(3, { answers: ['192.0.2.80'], ttl: 60 })],
    finds: [],
  },
  {
    name: 'another server answers than the one asked',
    packets: [query(0), answer(0.01, { answers: ['192.0.2.80'], server: { ip: '203.0.113.5', port: 53 } })],
    finds: ['warning'],
    metrics: { kind: 'other_address', server: '203.0.113.5', asked: '192.0.2.53' },
  },
  {
    name: 'an answer of the other server the client asked as well',
    packets: [
      query(0),
      query(0.001, { server: { ip: '203.0.113.5', port: 53 } }),
      answer(0.01, { answers: ['192.0.2.80'], server: { ip: '203.0.113.5', port: 53 } }),
    ],
    finds: [],
  },
  {
    name: 'the same answer twice, from two ways',
    packets: [query(0), answer(0.01, { answers: ['192.0.2.80'], ttl: 44 }), answer(0.05, { answers: ['192.0.2.80'], ttl: 60 })],
    finds: [],
  },
  {
    name: 'the same answer twice',
    packets: [query(0), answer(0.01, { answers: ['192.0.2.80'] }), answer(0.05, { answers: ['192.0.2.80'] })],
    finds: [],
  },
  {
    name: 'the case of letters does not matter',
    packets: [query(0, { name: 'wWw.ExAmple.org' }), answer(0.01, { name: 'www.example.org', answers: ['192.0.2.80'] })],
    finds: [],
  },
]);
