import type { Piece } from '../piece';
import { PROTOCOL, type ProtocolName } from '../protocol-names';
import { DhcpFlow } from './dhcp';
import { Dhcpv6Flow } from './dhcpv6';
import { DnsFlow, type DnsProto } from './dns';
import { DtlsFlow, looksLikeDtls } from './dtls';
import type { Making } from './making';
import type { MediaSessions } from './media';
import { NtpFlow } from './ntp';
import { looksLikeQuic, QuicFlow } from './quic';
import { RtpFlow } from './rtp';
import { looksLikeDht, looksLikeStun, looksLikeWireguard } from './signatures';
import { looksLikeSip, SipFlow } from './sip';
import { SnmpFlow } from './snmp';

/** What reads the datagrams of one flow. @returns false when one is not its own */
export interface DatagramReader {
  read(piece: Piece): boolean;
}

type Make = (making: Making, media: MediaSessions) => DatagramReader;

/** Counted, and no more. */
const counting =
  (name: ProtocolName): Make =>
  ({ count }) => ({
    read({ frame }) {
      count(PROTOCOL[name], frame);
      return true;
    },
  });

const dns =
  (proto: DnsProto): Make =>
  ({ ends, rows, count }) => {
    const flow = new DnsFlow(proto, 'udp', ends, rows.dns, frame => count(PROTOCOL[proto], frame));
    return {
      read(piece) {
        flow.message(piece, piece.bytes, piece.start, piece.end, piece.length);
        return true;
      },
    };
  };

const dhcp: Make = ({ ends, rows, count }) => new DhcpFlow(ends, rows.dhcp, frame => count(PROTOCOL.dhcp, frame));
const dhcpv6: Make = ({ ends, rows, count }) => new Dhcpv6Flow(ends, rows.dhcpv6, frame => count(PROTOCOL.dhcpv6, frame));
const ntp: Make = ({ ends, rows, count }) => new NtpFlow(ends, rows.ntp, frame => count(PROTOCOL.ntp, frame));
const snmp: Make = ({ ends, rows, count }) => new SnmpFlow(ends, rows.credentials, frame => count(PROTOCOL.snmp, frame));

function makeSip({ count }: Making, media: MediaSessions): SipFlow {
  return new SipFlow(
    media,
    frame => count(PROTOCOL.sip, frame),
    frame => count(PROTOCOL.sdp, frame),
  );
}

const sip: Make = (making, media) => {
  const flow = makeSip(making, media);
  return { read: piece => flow.datagram(piece) };
};

const quic: Make = ({ ends, rows, count, keys }) => {
  let dnsFlow: DnsFlow | null = null;
  return new QuicFlow(ends, {
    rows: rows.quic,
    tls: rows.tls,
    keys,
    counted: frame => count(PROTOCOL.quic, frame),
    countedTls: frame => count(PROTOCOL.tls, frame),
    dns(piece, bytes, start, end) {
      dnsFlow ??= new DnsFlow('dns', 'udp', ends, rows.dns, frame => count(PROTOCOL.dns, frame));
      dnsFlow.message(piece, bytes, start, end, end - start);
    },
  });
};

const dtls: Make = ({ ends, rows, count }) => new DtlsFlow(ends, rows.tls, frame => count(PROTOCOL.dtls, frame));

/** STUN and DTLS share their ports with media (RFC 7983): each datagram says what it is. */
const stun: Make = ({ count }) => ({
  read({ bytes, start, end, frame, length }) {
    if (!looksLikeStun(bytes, start, end, start + length)) return false;
    count(PROTOCOL.stun, frame);
    return true;
  },
});

/** Ports on which tshark 4.4 reads a protocol by default. */
const PORTS: readonly [Make, readonly number[]][] = [
  [dns('dns'), [53]],
  [dns('mdns'), [5353]],
  [dns('llmnr'), [5355]],
  [counting('nbns'), [137]],
  [counting('nbdgm'), [138]],
  [dhcp, [67, 68, 4011]],
  [dhcpv6, [546, 547]],
  [ntp, [123]],
  [counting('ssdp'), [1900]],
  [snmp, [161, 162]],
  [sip, [5060]],
  [stun, [3478]],
  [counting('tftp'), [69]],
  [counting('syslog'), [514]],
  [counting('radius'), [1645, 1646, 1812, 1813, 3799]],
  [counting('rip'), [520]],
  [counting('hsrp'), [1985, 2029]],
  [counting('cflow'), [2055, 9996]],
  [counting('sflow'), [6343]],
  [counting('ldap'), [389]],
  [counting('kerberos'), [88]],
  [counting('rpc'), [111]],
  [counting('memcache'), [11_211]],
];

const BY_PORT = new Map(PORTS.flatMap(([make, ports]) => ports.map(port => [port, make] as const))); // pairs, for the Map

/** Recognised by their look, on any port. */
const LOOKS: readonly [(bytes: Uint8Array, start: number, end: number, wireEnd: number) => boolean, Make][] = [
  [looksLikeStun, stun],
  [looksLikeQuic, quic],
  [looksLikeDtls, dtls],
  [looksLikeWireguard, counting('wg')],
  [looksLikeSip, sip],
  [looksLikeDht, counting('bt-dht')],
];

/** A flow nothing was recognised in for this many datagrams is not looked at any more. */
const MAX_LOOKS = 64;

/** Chooses who reads a UDP flow, as tshark does: what was recognised before, else the port, else the look of the bytes. */
export class DatagramChooser {
  readonly #byPort: DatagramReader | null;
  #recognised: DatagramReader | null = null;
  #stun: DatagramReader | null = null;
  #looks = 0;

  constructor(
    readonly making: Making,
    readonly media: MediaSessions,
  ) {
    const { a, b } = making.ends;
    const make = BY_PORT.get(Math.min(a.port, b.port)) ?? BY_PORT.get(Math.max(a.port, b.port));
    this.#byPort = make ? make(making, media) : null;
  }

  get isQuic(): boolean {
    return this.#recognised instanceof QuicFlow;
  }

  read(piece: Piece): void {
    if (this.#recognised?.read(piece)) return;
    if (this.#byPort?.read(piece)) return;
    const { bytes, start, end, frame, length } = piece;
    if (this.#looks < MAX_LOOKS) {
      this.#looks++;
      if (this.#recognise(piece)) return;
    } else if (looksLikeStun(bytes, start, end, start + length)) {
      this.#stun ??= stun(this.making, this.media);
      this.#stun.read(piece);
      return;
    }
    this.making.count(PROTOCOL.data, frame);
  }

  #recognise(piece: Piece): boolean {
    const { bytes, start, end } = piece;
    for (const [looksLike, make] of LOOKS) {
      if (!looksLike(bytes, start, end, start + piece.length)) continue;
      const reader = make(this.making, this.media);
      // STUN opens the way for something else on the same ports: the flow is not its own.
      if (make === stun) this.#stun ??= reader;
      else this.#recognised = reader;
      return reader.read(piece);
    }
    const { ends, rows, count } = this.making;
    const rates = this.media.announced([ends.a, ends.b]);
    if (!rates) return false;
    const reader = new RtpFlow(ends, rows.rtp, rates, (rtcp, frame) => count(rtcp ? PROTOCOL.rtcp : PROTOCOL.rtp, frame));
    if (!reader.read(piece)) return false;
    this.#recognised = reader;
    return true;
  }
}
