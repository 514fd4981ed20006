import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dropReasonWords, isBenignDrop, KNOWN_DROP_REASONS } from '@shared/drop-reasons/index';
import { BENIGN } from '@shared/drop-reasons/table';
import { expect, test } from 'vitest';

const BTF = '/sys/kernel/btf/vmlinux';
/** No reasons: the start value, what was consumed, and marks of the enum. */
const NO_REASONS = new Set(['NOT_DROPPED_YET', 'CONSUMED', 'MAX', 'SUBSYS_MASK']);

/** enum skb_drop_reason of the kernel that runs; null where it cannot be read. */
function kernelReasons(): string[] | null {
  try {
    const types = execFileSync('bpftool', ['btf', 'dump', 'file', BTF, 'format', 'c'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const body = /enum skb_drop_reason \{([^}]*)\}/.exec(types)?.[1] ?? '';
    return [...body.matchAll(/SKB_(?:DROP_REASON_)?(\w+) =/g)].map(([, name = '']) => name).filter(name => !NO_REASONS.has(name));
  } catch {
    return null;
  }
}

test.skipIf(!existsSync(BTF) || kernelReasons() === null)('every drop reason of this kernel is explained', () => {
  const reasons = kernelReasons() ?? [];
  expect(reasons.length).toBeGreaterThan(50);
  expect(reasons.filter(name => !KNOWN_DROP_REASONS.includes(name))).toEqual([]);
});

test('every reason has a sentence and an advice in both languages', () => {
  for (const name of KNOWN_DROP_REASONS) {
    const english = dropReasonWords(name, 'en');
    const chinese = dropReasonWords(name, 'zh-CN');
    expect(`${english.text} ${english.advice}`).toMatch(/^[A-Za-z].*\. .*\.$/s);
    expect(chinese.text).toMatch(/[\u4e00-\u9fff].*。$/);
    expect(chinese.advice).toMatch(/[\u4e00-\u9fff]/);
  }
});

test('a reason of a newer kernel keeps its name and is said to be unknown', () => {
  expect(dropReasonWords('SOMETHING_NEW', 'en').text).toMatch(/no words/);
  expect(isBenignDrop('SOMETHING_NEW')).toBe(false);
  expect(dropReasonWords('constructor', 'en').text).toMatch(/no words/);
});

test('what is no loss is said to need nothing, but for the reason that hides others', () => {
  for (const name of BENIGN) if (name !== 'NOT_SPECIFIED') expect(dropReasonWords(name, 'en').advice).toMatch(/^Nothing to do/);
  for (const name of ['NO_SOCKET', 'NETFILTER_DROP', 'QDISC_DROP', 'TCP_LISTEN_OVERFLOW', 'SOCKET_RCVBUFF'])
    expect(isBenignDrop(name)).toBe(false);
});
