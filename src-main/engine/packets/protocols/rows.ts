import type { CredentialSeen } from './credentials';
import type { DhcpMessage } from './dhcp';
import type { Dhcpv6Message } from './dhcpv6';
import type { DnsTransaction } from './dns';
import type { HttpTransaction } from './http-transaction';
import type { Http2Connection } from './http2';
import type { NtpExchange } from './ntp';
import type { QuicConnection } from './quic';
import { MAX_ROWS, RowList } from './row-list';
import type { RtpStream } from './rtp';
import type { TlsHandshake } from './tls-handshake';

/** What the dissectors found, row by row. */
export class ApplicationRows {
  readonly dns: RowList<DnsTransaction>;
  readonly http: RowList<HttpTransaction>;
  readonly http2: RowList<Http2Connection>;
  readonly tls: RowList<TlsHandshake>;
  readonly quic: RowList<QuicConnection>;
  readonly dhcp: RowList<DhcpMessage>;
  readonly dhcpv6: RowList<Dhcpv6Message>;
  readonly ntp: RowList<NtpExchange>;
  readonly rtp: RowList<RtpStream>;
  readonly credentials: RowList<CredentialSeen>;

  /** @param most rows of the kinds that come in numbers; of the others there are a fifth, of credentials 1,000 */
  constructor(most = MAX_ROWS) {
    this.dns = new RowList(most);
    this.http = new RowList(most);
    this.http2 = new RowList(most / 5);
    this.tls = new RowList(most);
    this.quic = new RowList(most);
    this.dhcp = new RowList(most / 5);
    this.dhcpv6 = new RowList(most / 5);
    this.ntp = new RowList(most / 5);
    this.rtp = new RowList(most / 5);
    this.credentials = new RowList(Math.min(1_000, most));
  }
}
