import { z } from 'zod';
import { type KeptFile, writeOrReport } from '../../engine/services/kept-file';

const LIFE_MS = 7 * 24 * 3_600_000;
/** The ones unused for longest go first. */
const MAX_KEPT = 200;
/** A session's last use is written this often at most: a call must not wait for the disk. */
const WRITE_USE_EVERY_MS = 60_000;

const keptSession = z.object({
  id: z.uuid(),
  /** A session belongs to the token that opened it. */
  token_id: z.string(),
  /** Parameters of `initialize`, played again after a restart. */
  initialize: z.record(z.string(), z.unknown()),
  used_at_ms: z.number(),
});
export type KeptSession = z.infer<typeof keptSession>;

/** The sessions that were issued, so that 2025-era clients go on after a restart of the server. */
export interface SessionStore {
  find(id: string): KeptSession | undefined;
  add(session: Omit<KeptSession, 'used_at_ms'>): void;
  touch(id: string): void;
  remove(id: string): void;
  flush(): void;
}

export function createSessionStore(file: KeptFile, nowMs: () => number = Date.now): SessionStore {
  const sessions = new Map(load(file).map(session => [session.id, session]));
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let unwritten = false;

  const write = (): void => {
    const alive = [...sessions.values()]
      .filter(({ used_at_ms }) => nowMs() - used_at_ms < LIFE_MS)
      .sort((a, b) => b.used_at_ms - a.used_at_ms);
    sessions.clear();
    for (const session of alive.slice(0, MAX_KEPT)) sessions.set(session.id, session);
    writeOrReport(file, JSON.stringify([...sessions.values()]));
    writtenAtMs = nowMs();
    unwritten = false;
  };

  return {
    find: id => sessions.get(id),
    add(session) {
      sessions.set(session.id, { ...session, used_at_ms: nowMs() });
      write();
    },
    touch(id) {
      const session = sessions.get(id);
      if (!session) return;
      session.used_at_ms = nowMs();
      unwritten = true;
      if (nowMs() - writtenAtMs > WRITE_USE_EVERY_MS) write();
    },
    remove(id) {
      if (sessions.delete(id)) write();
    },
    flush() {
      if (unwritten) write();
    },
  };
}

function load(file: KeptFile): KeptSession[] {
  try {
    return z.array(keptSession).parse(JSON.parse(file.read() ?? '[]'));
  } catch {
    return []; // unreadable: clients get 404 and initialize again, as the protocol has it
  }
}
