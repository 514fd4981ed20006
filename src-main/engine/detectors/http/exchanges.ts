import type { CaptureFacts } from '../facts';
import type { FlowFacts } from '../flow-facts';
import type { HttpFacts } from '../row-facts';

export function flowOf({ flow }: CaptureFacts, { stream }: HttpFacts): FlowFacts | undefined {
  return flow(stream);
}

/** The host asked for, else the address. */
export function hostOf({ host, server }: HttpFacts): string {
  return host ?? server;
}

/** Numbers and identifiers stand for any: `/users/12` and `/users/13` are one place. */
export function templateOf(path: string | null): string {
  return (path ?? '/').replace(/\/(\d+|[0-9a-f]{8,}(-[0-9a-f]+)*)(?=\/|$)/gi, '/…');
}

/** Request and response as evidence; never a query, never a header's value. */
export function exchange({ request_frame, time, method, host, path, response_frame, response_time, status }: HttpFacts) {
  return [
    ...(request_frame === null
      ? []
      : [
          {
            packet: request_frame,
            ts: time,
            role: 'request',
            fields: { 'http.request.method': method, 'http.host': host, path },
          },
        ]),
    ...(response_frame === null
      ? []
      : [
          { packet: response_frame, ts: response_time ?? Number.NaN, role: 'response', fields: { 'http.response.code': status } },
        ]),
  ];
}
