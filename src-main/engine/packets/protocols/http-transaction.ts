import type { Ends } from '../piece';
import type { HttpHead } from './http-head';

/** A request and its response. Names as tshark has them: netsonde-truth is made of these rows. */
export interface HttpTransaction {
  /** Number of the flow. */
  stream: number;
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  method: string | null;
  host: string | null;
  /** Without query; this is what is shown. */
  path: string | null;
  /** As in the request line, with its query: never shown, only compared. */
  uri: string | null;
  version: string | null;
  /** Seconds since 1970: first byte of the request (of the response when there is no request). */
  time: number;
  request_frame: number | null;
  /** The last byte of the request came then. */
  request_end: number | null;
  request_complete: boolean;
  status: number | null;
  /** Frame and time of the first byte of the final response. */
  response_frame: number | null;
  response_time: number | null;
  response_end: number | null;
  response_complete: boolean;
  /** First byte of the response after the last byte of the request. */
  ttfb_ms: number | null;
  response_only: boolean;
  /** Status of a 1xx that came before the request was complete; tshark lists it alone. */
  early_interim: number | null;
  request_content_type: string | null;
  content_type: string | null;
  request_length: number | null;
  /** Content-Length of the response. */
  response_length: number | null;
  chunked: boolean;
  retry_after: string | null;
  location: { host: string | null; path: string } | null;
  smuggling_shape: boolean;
  upgrade: string | null;
}

export function newTransaction(ends: Ends, head: HttpHead, time: number, clientIsA: boolean): HttpTransaction {
  const client = clientIsA ? ends.a : ends.b;
  const server = clientIsA ? ends.b : ends.a;
  return {
    stream: ends.number,
    client: client.ip,
    client_port: client.port,
    server: server.ip,
    server_port: server.port,
    method: head.request ? head.method : null,
    host: head.host,
    path: head.path,
    uri: head.uri,
    version: head.version,
    time,
    request_frame: null,
    request_end: null,
    request_complete: false,
    status: null,
    response_frame: null,
    response_time: null,
    response_end: null,
    response_complete: false,
    ttfb_ms: null,
    response_only: false,
    early_interim: null,
    request_content_type: null,
    content_type: null,
    request_length: null,
    response_length: null,
    chunked: false,
    retry_after: null,
    location: null,
    smuggling_shape: head.smuggling_shape,
    upgrade: null,
  };
}
