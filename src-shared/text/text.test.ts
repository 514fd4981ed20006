import { expect, test } from 'vitest';
import { en, pickLanguage, text, translate, zhCN } from './index';

function leaves(node: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(
      ([key, value]) =>
        typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...leaves(value as object, `${prefix}${key}.`)], // the texts are nested objects of strings
    ),
  );
}

const english = leaves(en);
const chinese = leaves(zhCN);
const parameters = (message: string): string[] => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort();

test('both languages have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test('a message takes the same parameters in both languages', () => {
  const different = [...english].filter(([key, message]) => {
    // The singular may leave the number out: "1 interface".
    const expected = parameters(message).filter(name => !(key.endsWith('_one') && name === '{count}'));
    const given = parameters(chinese.get(key) ?? '').filter(name => !(key.endsWith('_one') && name === '{count}'));
    return expected.join() !== given.join();
  });
  expect(different.map(([key]) => key)).toEqual([]);
});

test('no text is empty but what stands between two sentences, which Chinese does not need', () => {
  const empty = [...english, ...chinese].filter(([, message]) => message.trim() === '').map(([key]) => key);
  expect([...new Set(empty)]).toEqual(['ui.word.sentence_gap']);
});

test('a message within a message is in the same language, and a list of them has semicolons between', () => {
  const missing = (program: string) => text('collect.missing', { program });
  const both = text('source.nothing', {
    host: 'far',
    why: [text('source.skipped', { backend: 'ss', why: missing('ss') }), missing('ip')],
  });
  expect(translate(both, 'en')).toBe('Nothing on far could be read. ss: ss is not installed.; ip is not installed.');
  expect(translate(both, 'zh-CN')).toBe('far 上无法读取任何数据。ss：未安装 ss。；未安装 ip。');
});

test('plurals and parameters are filled in', () => {
  expect(translate(text('interfaces.done', { count: 1 }), 'en')).toBe('Successfully obtained 1 interface name');
  expect(translate(text('interfaces.done', { count: 3 }), 'en')).toBe('Successfully obtained 3 interface names');
  expect(translate(text('interfaces.done', { count: 3 }), 'zh-CN')).toBe('已获取 3 个网络接口名称');
});

test('the sentences of the tools are those of the documents they come from', () => {
  const port = { port: 80, proto: 'TCP', host: '192.168.1.100', list: 'nginx' };
  const sentences = [
    text('connections.done', { proto: 'TCP', count: 12 }),
    text('ports.occupied_remote', port),
    text('ports.free', port),
    text('traffic.done'),
    text('error.host_not_configured', { host: 'db1' }),
  ];
  expect(sentences.map(sentence => translate(sentence, 'en'))).toEqual([
    'Successfully obtained local TCP connections, total 12',
    'Port 80/TCP on remote host 192.168.1.100 is occupied by: nginx',
    'Local port 80/TCP is not occupied',
    'Successfully obtained interface traffic data',
    'Authentication config for remote host db1 not found',
  ]);
});

test('a parameter is data: braces, markup and nesting in it stay as they are', () => {
  const iface = '{list} <b> $t(cli.error) {{x}}';
  expect(translate(text('interfaces.missing', { iface, list: 'lo' }), 'en')).toBe(
    `Local interface ${iface} does not exist, available interfaces: lo`,
  );
});

test.each([
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['zh_CN.UTF-8', 'zh-CN'],
  ['fr-FR, zh;q=0.5', 'zh-CN'],
  ['en-GB', 'en'],
  ['C.UTF-8', 'en'],
  ['de', 'en'],
  ['', 'en'],
  [undefined, 'en'],
] as const)('%s means %s', (header, language) => {
  expect(pickLanguage(header)).toBe(language);
});
