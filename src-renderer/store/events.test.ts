import { beforeEach, expect, test } from 'vitest';
import { batch, liveEvent } from './event-rows';
import { useEvents } from './events';

const { receive, hold, reset } = useEvents.getState();
const shown = () => [...useEvents.getState().rows.keys()];

beforeEach(() => {
  hold(false);
  reset();
  receive(batch([liveEvent(1)], { snapshot: true }));
});

test('what is held stays as it is, and what comes meanwhile is counted, listed or not', () => {
  hold(true);
  receive(batch([liveEvent(2), liveEvent(3)], { skipped: 4 }));
  expect(shown()).toEqual(['e1']);
  expect(useEvents.getState().waiting).toBe(6);
  hold(false);
  expect(shown()).toEqual(['e1', 'skipped2', 'e2', 'e3']);
  expect(useEvents.getState().waiting).toBe(0);
});

test('another question is answered also while the list is held', () => {
  hold(true);
  reset();
  receive(batch([liveEvent(7)], { snapshot: true }));
  expect(shown()).toEqual(['e7']);
  receive(batch([liveEvent(8)]));
  expect(shown()).toEqual(['e7']);
});

test('a connection that was lost and found does not take away what is held', () => {
  hold(true);
  receive(batch([liveEvent(7)], { snapshot: true }));
  expect(shown()).toEqual(['e1']);
  hold(false);
  expect(shown()).toEqual(['e7']);
});
