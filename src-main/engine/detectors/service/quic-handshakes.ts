import type { CaptureFacts } from '../facts';
import type { TcpFacts } from '../flow-facts';
import type { QuicFacts } from '../row-facts';
import { at } from '../words';

export function quicServer({ sni, server, server_port }: QuicFacts): string {
  return sni ? `${sni}:${server_port}` : at(server, server_port);
}

/** Handshakes without a word of the server, although the client repeated itself and the capture goes on. */
export function unansweredQuic({ quic, endTs }: CaptureFacts, wait_s: number): QuicFacts[] {
  return quic.filter(
    ({ server_packets, client_initials, last_initial_time, time }) =>
      server_packets === 0 && client_initials >= 3 && last_initial_time - time >= 0.2 && endTs - time >= wait_s,
  );
}

/** The connection over TCP a browser makes instead. */
export function fallbackOf(
  { tcp }: CaptureFacts,
  { client, server, server_port, time, last_initial_time }: QuicFacts,
): TcpFacts | undefined {
  return tcp.find(
    ({ a, b, firstTs, syns }) =>
      syns.length > 0 &&
      a.ip === client &&
      b.ip === server &&
      b.port === server_port &&
      firstTs >= time - 0.5 &&
      firstTs <= last_initial_time + 1,
  );
}

export function initials({ first_initial_frames, time, sni }: QuicFacts) {
  return first_initial_frames.map((packet, i) => ({
    packet,
    ts: i === 0 ? time : Number.NaN,
    role: 'client_initial',
    fields: { sni },
  }));
}

export function quicFlow({ flow }: CaptureFacts, { stream }: QuicFacts) {
  return flow(stream);
}
