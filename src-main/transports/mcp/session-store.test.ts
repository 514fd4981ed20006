import { expect, test } from 'vitest';
import { memoryFile } from '../../engine/services/kept-file';
import { createSessionStore } from './session-store';

const DAY_MS = 24 * 3_600_000;
const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const session = (index: number) => ({ id: idOf(index), token_id: 'primary', initialize: { protocolVersion: '2025-11-25' } });

test('a session is found again after a restart, and not after its removal', () => {
  const file = memoryFile();
  createSessionStore(file).add(session(1));
  const again = createSessionStore(file);
  expect(again.find(idOf(1))).toMatchObject(session(1));
  again.remove(idOf(1));
  expect(createSessionStore(file).find(idOf(1))).toBeUndefined();
});

test('a session that is used lives on, one that is not is forgotten after a week', () => {
  const clock = { ms: 0 };
  const store = createSessionStore(memoryFile(), () => clock.ms);
  store.add(session(1));
  store.add(session(2));
  clock.ms = 6 * DAY_MS;
  store.touch(idOf(1));
  clock.ms = 8 * DAY_MS;
  store.add(session(3));
  expect(store.find(idOf(1))).toBeDefined();
  expect(store.find(idOf(2))).toBeUndefined();
});

test('200 are kept at most: those used last', () => {
  const clock = { ms: 0 };
  const store = createSessionStore(memoryFile(), () => clock.ms++);
  for (let index = 0; index < 201; index++) store.add(session(index));
  expect(store.find(idOf(0))).toBeUndefined();
  expect(store.find(idOf(1))).toBeDefined();
  expect(store.find(idOf(200))).toBeDefined();
});

test.each(['', '{', '[{"id":"../../x"}]', '{"a":1}'])('a file holding %j is as good as none', content => {
  expect(createSessionStore(memoryFile(content)).find(idOf(1))).toBeUndefined();
});
