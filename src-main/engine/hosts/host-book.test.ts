import type { HostProfileInput } from '@shared/model/host';
import { toEnglish } from '@shared/text/index';
import { describe, expect, test } from 'vitest';
import { createHostBook, type TextFile } from './host-book';

function memory(initial: string | null = null): TextFile & { kept: string | null } {
  return {
    kept: initial,
    read() {
      return this.kept;
    },
    write(text) {
      this.kept = text;
    },
  };
}
const web = { name: 'web', address: 'web.example.org' };
const bookOf = (...profiles: HostProfileInput[]) => {
  const file = memory();
  const book = createHostBook(file, memory());
  book.add(...profiles);
  return { book, file };
};

test('what is added is there again when the file is read anew, with the defaults filled in', () => {
  const { file } = bookOf(web);
  expect(createHostBook(file, memory()).list()).toEqual([
    {
      name: 'web',
      address: 'web.example.org',
      port: 22,
      username: 'root',
      key_file: null,
      agent: true,
      jump: null,
      tags: [],
      privilege: 'auto',
      helper: false,
      via: 'ssh',
      legacy: false,
    },
  ]);
});

test('a host is found by name and by address without regard to case, and a name wins over an address', () => {
  const { book } = bookOf({ name: 'a.example', address: '192.0.2.1' }, { name: 'other', address: 'A.example' });
  expect(book.find('A.EXAMPLE')?.name).toBe('a.example');
  expect(book.find('192.0.2.1')?.name).toBe('a.example');
  expect(book.find('Other')?.address).toBe('A.example');
  expect(book.find('nobody')).toBeUndefined();
});

test.each([
  ['a name that is taken in another case', { name: 'WEB', address: '192.0.2.9' }, /a host WEB already/],
  ['a name of this machine', { name: 'localhost', address: '192.0.2.9' }, /name of this machine/],
  ['a jump host that is not there', { name: 'db', address: '192.0.2.9', jump: 'gate' }, /through gate, which is no host/],
  ['a host that jumps through itself', { name: 'db', address: '192.0.2.9', jump: 'db' }, /through itself: db → db/],
])('%s is refused, and nothing is written', (_name, profile, why) => {
  const { book, file } = bookOf(web);
  const before = file.kept;
  expect(() => book.add(profile)).toThrow(why);
  expect(file.kept).toBe(before);
  expect(book.list()).toHaveLength(1);
});

test.each(['-oProxyCommand=id', 'a;b', 'user@host', '', '../x', 'a b', 'ａ'])('%j is no name and no address', name => {
  const { book } = bookOf(web);
  expect(() => book.add({ name, address: '192.0.2.1' })).toThrow();
  expect(() => book.add({ name: 'fine', address: name })).toThrow();
});

test('a jump that would lead in a circle is refused when it is made', () => {
  const { book } = bookOf({ ...web, jump: 'gate' }, { name: 'gate', address: '192.0.2.1' });
  expect(() => book.update('gate', { jump: 'web' })).toThrow(/web → gate → web|gate → web → gate/);
});

test('the way to a host begins with the first jump host', () => {
  const { book } = bookOf(
    { ...web, jump: 'inner' },
    { name: 'inner', address: '10.0.0.1', jump: 'outer' },
    { name: 'outer', address: '192.0.2.1' },
  );
  expect(book.route('WEB').map(({ name }) => name)).toEqual(['outer', 'inner', 'web']);
});

test('a new name is followed by those who jump through the host, which cannot be removed before them', () => {
  const { book } = bookOf({ ...web, jump: 'gate' }, { name: 'gate', address: '192.0.2.1' });
  book.update('gate', { name: 'door' });
  expect(book.find('web')?.jump).toBe('door');
  expect(() => book.remove('door')).toThrow(/others are reached through it: web/);
  book.remove('web');
  book.remove('door');
  expect(book.list()).toEqual([]);
  expect(() => book.remove('door')).toThrow(/There is no host door/);
});

test('a listener hears what is there, then each change, until it stops', () => {
  const { book } = bookOf(web);
  const heard: number[] = [];
  const stop = book.listen(profiles => heard.push(profiles.length));
  book.add({ name: 'db', address: '192.0.2.2' });
  stop();
  book.remove('db');
  expect(heard).toEqual([1, 2]);
});

describe('a file that is damaged', () => {
  test('is kept aside, said, and does not keep hosts from being added', () => {
    const file = memory('{"hosts": [');
    const aside = memory();
    const book = createHostBook(file, aside);
    expect(book.notice && toEnglish(book.notice)).toMatch(/could not be read/);
    expect(aside.kept).toBe('{"hosts": [');
    book.add(web);
    expect(createHostBook(file, memory()).find('web')).toBeDefined();
  });

  test('loses only the entries that cannot be read, and what depended on them', () => {
    const hosts = [
      { name: 'db', address: '192.0.2.2', jump: 'bad' },
      { ...web, jump: 'gate' },
      { name: 'bad', address: 'a b' },
      { name: 'gate', address: '192.0.2.1' },
    ];
    const kept = JSON.stringify({ hosts });
    const aside = memory();
    const book = createHostBook(memory(kept), aside);
    expect(
      book
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['gate', 'web']);
    expect(book.notice && toEnglish(book.notice)).toMatch(/^2 hosts could not be read/);
    expect(aside.kept).toBe(kept);
  });
});
