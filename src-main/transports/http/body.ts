import type { IncomingMessage } from 'node:http';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import { parseJsonBody } from './json-shape';

export const MAX_BODY_BYTES = 1024 * 1024;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * Reads a JSON body within the limits of the HTTP contract (threat-model 4.5 and 4.6).
 * @throws NetsondeError bad_request 415, 413 or 400
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new NetsondeError('bad_request', text('server.content_type'), { status: 415 });
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new NetsondeError('bad_request', text('server.content_encoding', { encoding: encoding.slice(0, 40) }), { status: 415 });
  }
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving that loop early destroys the socket before the refusal is written.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        request.removeAllListeners('data');
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => reject(new NetsondeError('cancelled', text('error.cancelled'))));
  });
  const body = parseJsonBody(Buffer.concat(chunks, size));
  if (Array.isArray(body)) throw new NetsondeError('bad_request', text('server.batch'));
  return body;
}

function tooLarge(): NetsondeError {
  return new NetsondeError('bad_request', text('server.too_large', { limit: MAX_BODY_BYTES }), { status: 413 });
}
