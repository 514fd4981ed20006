import type { CredentialSeen } from './credentials';
import type { DhcpMessage } from './dhcp';
import type { Dhcpv6Message } from './dhcpv6';
import type { DnsTransaction } from './dns';
import type { HttpTransaction } from './http1';
import type { NtpExchange } from './ntp';
import type { QuicConnection } from './quic';
import { RowList } from './row-list';
import type { RtpStream } from './rtp';
import type { TlsHandshake } from './tls-handshake';

/** What the dissectors found, row by row. */
export class ApplicationRows {
  readonly dns = new RowList<DnsTransaction>();
  readonly http = new RowList<HttpTransaction>();
  readonly tls = new RowList<TlsHandshake>();
  readonly quic = new RowList<QuicConnection>();
  readonly dhcp = new RowList<DhcpMessage>(10_000);
  readonly dhcpv6 = new RowList<Dhcpv6Message>(10_000);
  readonly ntp = new RowList<NtpExchange>(10_000);
  readonly rtp = new RowList<RtpStream>(10_000);
  readonly credentials = new RowList<CredentialSeen>(1_000);
}
