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
