import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Engine } from '../../engine/create-engine';
import { MAX_UPLOAD_BYTES } from '../../engine/services/captures/uploads';
import { requireScope } from '../../engine/tool';
import { callerOf } from '../http/guard';
import { sendJson } from '../http/reply';
import type { Route } from '../http/router';

/** `POST /api/uploads`: a capture file, for analyze_capture_file. It goes to the disk, never into memory as a whole. */
export function uploadRoute(engine: Engine): Route {
  return {
    methods: ['POST'],
    // Also of a browser that signed in: the page hands over the file that was dropped on it.
    access: 'page',
    async handle({ request, response, visitor, language, signal }) {
      requireScope(callerOf(visitor, 'rest', language), 'capture', '/api/uploads');
      if (!/^application\/octet-stream\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
        throw new NetsondeError('bad_request', text('captures.upload_type'), { status: 415 });
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity')
        throw new NetsondeError('bad_request', text('server.content_encoding', { encoding: encoding.slice(0, 40) }), {
          status: 415,
        });
      if (Number(request.headers['content-length']) > MAX_UPLOAD_BYTES)
        throw new NetsondeError('bad_request', text('captures.too_large', { limit: '1 GiB' }), { status: 413 });
      const upload = await engine.uploads.take(request, signal);
      sendJson(response, 200, upload);
    },
  };
}
