import type { DnsTransaction } from './dns';
import type { HttpTransaction } from './http-transaction';
import type { ApplicationRows } from './rows';
import type { TlsHandshake } from './tls-handshake';

/** The lists of netsonde-truth that come from applications. */
export function truthRows({ dns, http, tls }: ApplicationRows): { dns: object[]; http: object[]; tls: object[] } {
  return {
    dns: dnsRows(dns.rows),
    http: http.rows.flatMap(row => [...httpRows(row)]),
    tls: tls.rows.filter(row => row.client_hello_frame !== null || row.server_hello_frame !== null).map(tlsRow),
  };
}

/** Types netsonde-truth names; the others are numbers there. */
const NAMED = new Set(
  (
    'A NS CNAME SOA PTR HINFO MX TXT AAAA LOC SRV NAPTR DS SSHFP RRSIG NSEC DNSKEY NSEC3 TLSA SVCB HTTPS SPF TKEY TSIG IXFR ' +
    'AXFR ANY CAA NULL'
  ).split(' '),
);

function dnsRow(row: DnsTransaction): object {
  const { transport, proto, name, client, server, time, rcode, unsolicited } = row;
  const type = row.type === null || NAMED.has(row.type) ? row.type : `TYPE${row.type_number}`;
  // A malformed answer ends tshark's reading before it comes to the time.
  const responseMs = row.malformed ? null : row.response_ms;
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

/** Only plain DNS has answers that nobody asked for; one of another port of the client belongs to its query after all. */
function dnsRows(rows: readonly DnsTransaction[]): object[] {
  const key = (row: DnsTransaction) => `${row.id} ${row.client} ${row.server}`;
  const byKey = new Map<string, DnsTransaction[]>();
  const answered = new Map<DnsTransaction, string | null>();
  const kept = rows.filter(row => {
    if (row.unsolicited) {
      if (row.proto !== 'dns') return false;
      const same = byKey.get(key(row)) ?? [];
      const open = same.find(other => !other.unsolicited && other.rcode === null && !answered.has(other));
      if (open) answered.set(open, row.rcode);
      if (same.length > 0) return false;
    }
    const known = byKey.get(key(row));
    if (known) known.push(row);
    else byKey.set(key(row), [row]);
    return true;
  });
  return kept.map(row => ({ ...dnsRow(row), ...(answered.has(row) && { rcode: answered.get(row) }) }));
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
