import { asNetsondeError } from '@shared/errors';

export type Stop = () => void;

/** A value that many listen to. `onFirst` starts the work when somebody listens, its result stops it when nobody does. */
export interface Publisher<Event> {
  publish(event: Event): void;
  listen(onEvent: (event: Event) => void): Stop;
  readonly listeners: number;
}

/** One listener's failure is reported and does not touch the others. */
export function createPublisher<Event>(onFirst?: () => Stop): Publisher<Event> {
  const listeners = new Set<(event: Event) => void>();
  let stop: Stop | undefined;
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          console.error(JSON.stringify({ level: 'error', message: `A listener failed: ${asNetsondeError(thrown).message}` }));
        }
      }
    },
    listen(onEvent) {
      // A wrapper of its own: the same function may listen twice.
      const listener = (event: Event): void => onEvent(event);
      listeners.add(listener);
      if (listeners.size === 1) stop = onFirst?.();
      return () => {
        if (!listeners.delete(listener)) return;
        if (listeners.size === 0) {
          stop?.();
          stop = undefined;
        }
      };
    },
    get listeners() {
      return listeners.size;
    },
  };
}
