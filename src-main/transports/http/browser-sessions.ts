import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type KeptFile, writeOrReport } from '../../engine/services/kept-file';

const LIFE_MS = 30 * 24 * 3_600_000;
/** The oldest goes when another browser signs in. */
const MAX_SESSIONS = 50;
const kept = z.array(z.object({ hash: z.string().length(64), made_at_ms: z.number() }));

/** Browsers that signed in with the link. Cookies hold a random id, never the token; only its hash is kept. */
export interface BrowserSessions {
  /** @returns the id for the cookie */
  open(): string;
  has(id: string): boolean;
  /** Everybody has to sign in again: the main token was renewed. */
  endAll(): void;
}

/** Sessions outlive a restart of the server, as the tokens do: an open page reconnects by itself. */
export function createBrowserSessions(file: KeptFile, nowMs: () => number = Date.now): BrowserSessions {
  let sessions = load(file);
  const write = (): void => writeOrReport(file, JSON.stringify(sessions));
  return {
    open() {
      const id = randomBytes(32).toString('base64url');
      const alive = sessions.filter(({ made_at_ms }) => nowMs() - made_at_ms < LIFE_MS);
      sessions = [...alive.slice(1 - MAX_SESSIONS), { hash: hashOf(id).toString('hex'), made_at_ms: nowMs() }];
      write();
      return id;
    },
    has(id) {
      const hash = hashOf(id);
      let found = false;
      for (const session of sessions) {
        if (timingSafeEqual(hash, Buffer.from(session.hash, 'hex')) && nowMs() - session.made_at_ms < LIFE_MS) found = true;
      }
      return found;
    },
    endAll() {
      sessions = [];
      write();
    },
  };
}

function load(file: KeptFile): z.infer<typeof kept> {
  try {
    return kept.parse(JSON.parse(file.read() ?? '[]'));
  } catch {
    return []; // unreadable: everybody signs in again, which is all that is lost
  }
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
