import type { DnsTransaction } from './dns';
import type { HttpTransaction } from './http1';
import type { ApplicationRows } from './rows';
import type { TlsHandshake } from './tls-handshake';

/** The lists of netsonde-truth that come from applications. */
export function truthRows({ dns, http, tls }: ApplicationRows): { dns: object[]; http: object[]; tls: object[] } {
  return {
    dns: dns.rows.map(dnsRow),
    http: http.rows.flatMap(row => [...httpRows(row)]),
    tls: tls.rows.filter(row => row.client_hello_frame !== null || row.server_hello_frame !== null).map(tlsRow),
  };
}

function dnsRow(row: DnsTransaction): object {
  const { transport, proto, name, type, client, server, time, rcode, unsolicited } = row;
  const responseMs = row.response_ms;
  return {
    transport,
    proto,
    name,
    type,
    client,
    server,
    time,
    rcode,
    responseMs,
    ...(unsolicited && { unsolicitedResponse: true }),
  };
}

/** tshark knows of a message when it has come in whole. */
function* httpRows(row: HttpTransaction): Generator<object> {
  const { client, server, server_port: serverPort, time } = row;
  const status = row.response_complete ? row.status : null;
  const alone = { method: null, host: null, uri: null, client, server, serverPort, time, responseOnly: true };
  if (row.early_interim !== null) yield { ...alone, status: row.early_interim };
  if (row.request_complete) yield { method: row.method, host: row.host, uri: row.uri, client, server, serverPort, time, status };
  else if (status !== null) yield { ...alone, status };
}

function tlsRow(row: TlsHandshake): object {
  const { transport, sni, version } = row;
  const client = { addr: row.client, port: row.client_port };
  const server = { addr: row.server, port: row.server_port };
  return { transport, sni, version, client, server };
}
