import { CLOSE_REASONS } from '@shared/model/event';
import { en, text, translate } from '@shared/text/index';
import { expect, test } from 'vitest';
import { startTexts, type Translate } from '../i18n';
import { liveEvent } from '../store/event-rows';
import { closeReasonWords, errnoWords, explain, peerWords, resultWords } from './event-words';

startTexts('en');
const t: Translate = (key, params) => translate(text(`ui.${key}`, params), 'en');

test('a packet is told with both ends, in the direction it went', () => {
  const drop = liveEvent(1, { kind: 'drop', reason: 'NO_SOCKET', direction: 'inbound', local_port: 80 });
  expect(peerWords(t, drop)).toBe('198.51.100.7:443 → 192.0.2.10:80');
  expect(peerWords(t, { ...drop, direction: null })).toBe('192.0.2.10:80 → 198.51.100.7:443');
  expect(peerWords(t, { ...drop, local_ip: '', foreign_ip: '' })).toBe('–');
});

test('an end without a port stands without one, and a UNIX socket has no address', () => {
  expect(peerWords(t, liveEvent(1, { protocol: 'ICMP', foreign_port: null }))).toBe('198.51.100.7');
  expect(peerWords(t, liveEvent(1, { kind: 'unix_connect', family: 'UNIX', foreign_ip: '', foreign_port: null }))).toBe(
    '(local socket)',
  );
});

test('a failure is named as the kernel names it, and explained', () => {
  const failed = liveEvent(1, { kind: 'connect_failed', error: 'ECONNREFUSED' });
  expect(resultWords(t, failed)).toBe('ECONNREFUSED');
  expect(explain(t, failed, 'en').text).toContain('nothing listens on that port');
  expect(errnoWords(t, 'ENOTTY')).toBe('The kernel answered ENOTTY.');
  expect(errnoWords(t, null)).toBe(en.ui.errno.unknown);
});

test('a drop is explained with what to do', () => {
  const drop = liveEvent(1, { kind: 'drop', reason: 'NETFILTER_DROP' });
  expect(explain(t, drop, 'en')).toEqual({
    text: 'A firewall rule on this machine dropped it.',
    advice: expect.stringContaining('nft list ruleset'),
  });
});

test.each(CLOSE_REASONS)('"%s" has words in the interface', reason => {
  expect(closeReasonWords(t, reason)).toBe(reason);
});
