import { expect, test } from 'vitest';
import { bareSocket, type Socket } from '../collectors/sockets/socket';
import { createFirstSeen, socketId } from './first-seen';

const socket = (local_port: number): Socket => ({
  ...bareSocket('TCP', { local_ip: '192.0.2.1', local_port, foreign_ip: '192.0.2.2', foreign_port: 443 }, 'ESTABLISHED'),
  cookie: local_port,
});
const [old, young] = [socket(1), socket(2)];

test('a socket that appears between two readings has a first second, one that was there before has none', () => {
  const seen = createFirstSeen();
  expect(seen.note([old], 'ss', 0, 5_000).get(socketId(old))).toBeNull();
  expect(seen.note([old, young], 'ss', 1_000, 6_000).get(socketId(young))).toEqual({ monotonicMs: 1_000, wallMs: 6_000 });
  const later = seen.note([old, young], 'ss', 9_000, 14_000);
  expect([later.get(socketId(old)), later.get(socketId(young))]).toEqual([null, { monotonicMs: 1_000, wallMs: 6_000 }]);
});

test('after a pause nobody knows when it appeared', () => {
  const seen = createFirstSeen();
  seen.note([old], 'ss', 0, 0);
  expect(seen.note([old, young], 'ss', 60_000, 60_000).get(socketId(young))).toBeNull();
});

test('another backend names sockets otherwise: they are not new for that', () => {
  const seen = createFirstSeen();
  seen.note([old], 'ss', 0, 0);
  const bare = { ...old, cookie: null };
  expect(seen.note([bare], '/proc/net', 1_000, 1_000).get(socketId(bare))).toBeNull();
});
