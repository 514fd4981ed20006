import type { CredentialSeen } from './credentials';
import type { DnsTransaction } from './dns';
import type { HttpTransaction } from './http1';
import { RowList } from './row-list';
import type { TlsHandshake } from './tls-handshake';

/** What the dissectors found, row by row. */
export class ApplicationRows {
  readonly dns = new RowList<DnsTransaction>();
  readonly http = new RowList<HttpTransaction>();
  readonly tls = new RowList<TlsHandshake>();
  readonly credentials = new RowList<CredentialSeen>(1_000);
}
