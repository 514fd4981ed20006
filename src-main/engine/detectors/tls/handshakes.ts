import type { CaptureFacts } from '../facts';
import type { FlowFacts } from '../flow-facts';
import type { TlsFacts } from '../row-facts';
import { at } from '../words';

/** The server as people know it: the name asked for, else its address. */
export function serverName({ sni, server, server_port }: TlsFacts): string {
  return sni ? `${sni}:${server_port}` : at(server, server_port);
}

export function flowOf({ flow }: CaptureFacts, { stream }: TlsFacts): FlowFacts | undefined {
  return flow(stream);
}

/** The hellos as evidence. */
export function hellos({
  client_hello_frame,
  server_hello_frame,
  server_hello_ms,
  time,
  sni,
  version,
  client_hello_bytes,
}: TlsFacts) {
  return [
    ...(client_hello_frame === null
      ? []
      : [
          {
            packet: client_hello_frame,
            ts: time,
            role: 'client_hello',
            fields: { 'tls.handshake.extensions_server_name': sni, bytes: client_hello_bytes },
          },
        ]),
    ...(server_hello_frame === null
      ? []
      : [{ packet: server_hello_frame, ts: time + (server_hello_ms ?? 0) / 1000, role: 'server_hello', fields: { version } }]),
  ];
}

/** The certificate as evidence. */
export function certificateEvidence({ certificate_frame, certificate }: TlsFacts) {
  if (certificate_frame === null) return [];
  const fields = {
    subject: certificate?.subject_cn,
    issuer: certificate?.issuer_cn,
    not_after: dateOf(certificate?.not_after ?? null),
  };
  return [{ packet: certificate_frame, ts: Number.NaN, role: 'certificate', fields }];
}

export function dateOf(seconds: number | null): string | null {
  return seconds === null || Math.abs(seconds) > 8e12 ? null : new Date(seconds * 1000).toISOString().slice(0, 10);
}
