import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { NetsondeError } from '@shared/errors';
import { type Scope, scope, type TokenSummary } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { type KeptFile, writeOrReport } from './kept-file';
import { createPublisher, type Stop } from './stream';

/** Who a token speaks for. */
export interface TokenOwner {
  id: string;
  name: string;
  scopes: ReadonlySet<Scope>;
  primary: boolean;
}

/** The tokens that open the server. Only the main one can be shown again; of the others a hash is kept. */
export interface TokenService {
  list(): TokenSummary[];
  /** @returns the secret once: it is not kept */
  create(name: string, scopes: readonly Scope[]): { token: TokenSummary; secret: string };
  /** The main token gets a new secret instead. @throws NetsondeError not_found */
  revoke(id: string): void;
  /** The main token's secret: for the sign-in link, the runtime file and "copy configuration". */
  primarySecret(): string;
  /** Takes the same time whichever token fits, or none. */
  verify(secret: string): TokenOwner | null;
  noteCall(id: string): void;
  /** Whenever a token was made, revoked or renewed. */
  listen(onChange: () => void): Stop;
  /** Writes the counts that are still in memory. */
  flush(): void;
}

export const PRIMARY_ID = 'primary';
const MAX_TOKENS = 50;
const SECRET_BYTES = 32;
/** Counts of calls are written this often at most: a call must not wait for the disk. */
const WRITE_COUNTS_EVERY_MS = 10_000;

const use = z.object({ last_call_at: z.string().nullable(), day: z.string(), calls: z.number() });
const keptToken = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  created_at: z.string(),
  hash: z.string().length(64),
  ending: z.string(),
  use,
});
type KeptToken = z.infer<typeof keptToken>;
const keptTokens = z.object({ primary: z.object({ created_at: z.string(), use }), tokens: z.array(keptToken) });

const PRIMARY_SECRET = /^[A-Za-z0-9_-]{32,128}$/;
const UNUSED = { last_call_at: null, day: '', calls: 0 };

export interface TokenOptions {
  /** Holds the main token as plain text, so that it can be shown. */
  secretFile: KeptFile;
  file: KeptFile;
  /** What the main token may do. */
  grant: readonly Scope[];
  now?: () => Date;
}

export function createTokens({ secretFile, file, grant, now = () => new Date() }: TokenOptions): TokenService {
  const changes = createPublisher<void>();
  const kept = load(file, now);
  let secret = secretFile.read()?.trim() ?? '';
  if (!PRIMARY_SECRET.test(secret)) {
    secret = newSecret();
    secretFile.write(`${secret}\n`);
  }
  let secretHash = hashOf(secret);
  let writtenAtMs = 0;
  let unwritten = false;

  const content = (): string => `${JSON.stringify(kept, null, 2)}\n`;
  const writeCounts = (): void => {
    writeOrReport(file, content());
    unwritten = false;
  };
  const summary = (token: Omit<KeptToken, 'hash'>, primary: boolean): TokenSummary => ({
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.created_at,
    last_call_at: token.use.last_call_at,
    calls_today: token.use.day === dayOf(now()) ? token.use.calls : 0,
    ending: token.ending,
    primary,
  });
  const primary = (): TokenSummary =>
    summary({ ...kept.primary, id: PRIMARY_ID, name: 'Netsonde', scopes: [...grant], ending: secret.slice(-4) }, true);

  return {
    list: () => [primary(), ...kept.tokens.map(token => summary(token, false))],
    create(name, scopes) {
      if (kept.tokens.length >= MAX_TOKENS)
        throw new NetsondeError('busy', text('server.too_many_tokens', { limit: MAX_TOKENS }));
      const made = newSecret();
      const token = {
        id: randomUUID(),
        name,
        scopes: [...new Set(scopes)],
        created_at: now().toISOString(),
        hash: hashOf(made).toString('hex'),
        ending: made.slice(-4),
        use: { ...UNUSED },
      };
      kept.tokens.push(token);
      file.write(content());
      changes.publish();
      return { token: summary(token, false), secret: made };
    },
    revoke(id) {
      if (id === PRIMARY_ID) {
        secret = newSecret();
        secretHash = hashOf(secret);
        secretFile.write(`${secret}\n`);
        kept.primary = { created_at: now().toISOString(), use: { ...UNUSED } };
      } else {
        const index = kept.tokens.findIndex(token => token.id === id);
        if (index < 0) throw new NetsondeError('not_found', text('server.no_token', { id }));
        kept.tokens.splice(index, 1);
      }
      file.write(content());
      changes.publish();
    },
    primarySecret: () => secret,
    verify(given) {
      const hash = hashOf(given);
      let owner: TokenOwner | null = null;
      // Every hash is compared, whatever was found before.
      if (timingSafeEqual(hash, secretHash)) owner = { id: PRIMARY_ID, name: 'Netsonde', scopes: new Set(grant), primary: true };
      for (const token of kept.tokens) {
        if (timingSafeEqual(hash, Buffer.from(token.hash, 'hex')))
          owner = { id: token.id, name: token.name, scopes: new Set(token.scopes), primary: false };
      }
      return owner;
    },
    noteCall(id) {
      const found = id === PRIMARY_ID ? kept.primary : kept.tokens.find(token => token.id === id);
      if (!found) return;
      const at = now();
      found.use = {
        last_call_at: at.toISOString(),
        day: dayOf(at),
        calls: found.use.day === dayOf(at) ? found.use.calls + 1 : 1,
      };
      unwritten = true;
      if (at.getTime() - writtenAtMs < WRITE_COUNTS_EVERY_MS) return;
      writtenAtMs = at.getTime();
      writeCounts();
    },
    listen: onChange => changes.listen(onChange),
    flush() {
      if (unwritten) writeCounts();
    },
  };
}

function load(file: KeptFile, now: () => Date): z.infer<typeof keptTokens> {
  const content = file.read();
  if (content === null) return { primary: { created_at: now().toISOString(), use: { ...UNUSED } }, tokens: [] };
  try {
    return keptTokens.parse(JSON.parse(content));
  } catch (thrown) {
    // Tokens must not vanish without a word: agents would be locked out and nobody would know why.
    throw new NetsondeError('internal', text('server.tokens_broken'), { hint: text('server.tokens_broken_hint'), cause: thrown });
  }
}

/** 256 bits. */
function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Days are the user's, not UTC's. */
function dayOf(at: Date): string {
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
}
