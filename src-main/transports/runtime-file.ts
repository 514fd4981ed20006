import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isAlive } from '../engine/services/is-alive';
import type { Home } from '../home';
import { isProof, NONCE_HEADER, PROOF_HEADER } from './server-proof';

const NAME = 'server.json';
const HEALTH_TIMEOUT_MS = 1_000;
const NONCE_BYTES = 32;

const runtimeFile = z.object({ url: z.string(), token: z.string(), pid: z.int().positive(), version: z.string() });
/** What the CLI, the stdio bridge and "copy configuration" need to reach the server of this home. */
export type RunningServer = z.infer<typeof runtimeFile>;

/** The entry as it stands, whether or not its server still lives; null when there is none or it cannot be read as one. */
export function readRuntimeFile(home: Home): RunningServer | null {
  const content = home.file('runtime', NAME).read();
  if (content === null) return null;
  try {
    return runtimeFile.parse(JSON.parse(content));
  } catch {
    return null; // cut off or of another version: the same as no server, and the next start replaces it
  }
}

export function writeRuntimeFile(home: Home, server: RunningServer): void {
  home.file('runtime', NAME).write(`${JSON.stringify(server, null, 2)}\n`);
}

/** Removes the entry if it is still that of this process. */
export function removeRuntimeFile(home: Home, pid: number): void {
  if (readRuntimeFile(home)?.pid === pid) home.file('runtime', NAME).remove();
}

/**
 * The server of this home that answers now. A dead pid is nobody, and so is a program that took over pid or port: the
 * token goes to nobody who has not shown that he knows it.
 */
export async function findRunning(home: Home): Promise<RunningServer | null> {
  const server = readRuntimeFile(home);
  return server && isAlive(server.pid) && (await knowsToken(server.url, server.token)) ? server : null;
}

/** @param url as the server itself has it: the proof is about that */
export async function knowsToken(url: string, token: string): Promise<boolean> {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const response = await askHealth(url, { [NONCE_HEADER]: nonce });
  return response?.ok === true && isProof(response.headers.get(PROOF_HEADER), token, nonce, url);
}

/** Whether some server answers there, ours or another program's. */
export async function answersHealth(url: string): Promise<boolean> {
  return (await askHealth(url)) !== null;
}

async function askHealth(url: string, headers: Record<string, string> = {}): Promise<Response | null> {
  try {
    const response = await fetch(new URL('/health', url), {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response;
  } catch {
    return null; // refused, timed out or no HTTP: nobody answers there
  }
}
