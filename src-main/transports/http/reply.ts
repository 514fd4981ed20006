import type { ServerResponse } from 'node:http';
import { asNetsondeError } from '@shared/errors';
import type { Language } from '@shared/text/index';
import { failure } from '../../engine/tool';

/** What a body that nobody reads may still send before its connection is cut. */
const DRAIN_LIMIT_BYTES = 16 * 1024 * 1024;

/** Headers of every response (threat-model 4.8). A page or an asset overrides what it needs. */
export function setBaseHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Any failure as the contract's envelope: no stack, no path, no token. */
export function sendFailure(response: ServerResponse, thrown: unknown, language: Language): void {
  if (response.destroyed) return;
  const { status } = asNetsondeError(thrown);
  const body = failure(thrown, language);
  if (response.headersSent) {
    // Half an answer went out; cutting the connection is the only way to say that the rest is missing.
    response.destroy();
    return;
  }
  discardBody(response);
  if (status === 405 && response.getHeader('Allow') === undefined) response.setHeader('Allow', 'GET, POST');
  sendJson(response, status, body);
}

/** Reads off what the client still sends, so that it gets to read the refusal instead of a reset connection. */
function discardBody(response: ServerResponse): void {
  const request = response.req;
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (request.complete || !hasBody) return;
  response.setHeader('Connection', 'close');
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAIN_LIMIT_BYTES) request.destroy();
  });
  request.on('error', () => {}); // the client went away: nobody is left to tell
  request.resume();
}
