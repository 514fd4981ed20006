import { Decoder, type DecoderSink } from '../../packets/decoder';
import { AddressWords, addressText } from '../../packets/flow-key';
import { readDnsMessage } from '../../packets/protocols/dns-message';

const DNS_PORT = 53;
/** Names of a chain of CNAMEs; questions that wait for an answer; pairs that were told to ask again by TCP. */
const MAX_NAMES = 64;
const MAX_ASKED = 1_024;
const MAX_STREAMS = 256;
/** An answer that was cut is asked for again by TCP at once; a client that waits longer asks for another name. */
const RETRY_S = 10;
/** Length before each message of DNS over TCP. */
const STREAM_HEADER = 2;

/**
 * Of a capture for one name: tells look-ups of other names, which its filter lets in for it cannot compare names. What the name
 * is an alias of belongs to it. Traffic of the captured addresses is never left out, whatever its port.
 */
export class LookupFilter implements DecoderSink {
  /** Packets it has told to leave out. */
  leftOut = 0;
  readonly #decoder = new Decoder(this);
  readonly #names: Set<string>;
  readonly #addresses: ReadonlySet<string>;
  /** Questions for a wanted name: an answer need not repeat them. */
  readonly #asked = new Set<string>();
  /** Of a client and a server, till when a connection between them is for a wanted name; of a connection, for good. */
  readonly #retries = new Map<string, number>();
  readonly #streams = new Set<string>();
  readonly #outerSource = new AddressWords();
  readonly #outerDestination = new AddressWords();
  #outerFamily = 0;
  #leaves = false;

  constructor(name: string, addresses: readonly string[]) {
    this.#names = new Set([plain(name)]);
    this.#addresses = new Set(addresses.map(address => canonical(address)));
  }

  /** Whether a packet belongs to the capture. */
  keeps(
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    seconds: number,
    nanos: number,
    linkType: number,
  ): boolean {
    this.#outerFamily = 0;
    this.#leaves = false;
    this.#decoder.packet(bytes, start, end, length, 0, 0, seconds + nanos / 1e9, linkType);
    if (this.#leaves) this.leftOut++;
    return !this.#leaves;
  }

  network(d: Decoder): void {
    if (this.#outerFamily !== 0) return;
    this.#outerFamily = d.family;
    this.#outerSource.copy(d.source);
    this.#outerDestination.copy(d.destination);
  }

  udp(d: Decoder, start: number, end: number): void {
    const ends = this.#lookupEnds(d, start);
    if (ends === null) return;
    const message = readDnsMessage(d.bytes, start + 8, end);
    const key = `${ends.client} ${ends.server} ${message?.id}`;
    this.#leaves = message === null || !this.#isWanted(message, key);
    if (message?.truncated && !this.#leaves) bounded(this.#retries, MAX_STREAMS).set(pairOf(ends), d.ts + RETRY_S);
  }

  tcp(d: Decoder, start: number, end: number): void {
    const ends = this.#lookupEnds(d, start);
    if (ends === null) return;
    const stream = `${ends.client} ${ends.server}`;
    if (this.#streams.has(stream)) return;
    const payload = start + ((d.bytes[start + 12] ?? 0) >>> 4) * 4;
    const message = payload + STREAM_HEADER < end ? readDnsMessage(d.bytes, payload + STREAM_HEADER, end) : null;
    const isRetry = (this.#retries.get(pairOf(ends)) ?? 0) >= d.ts;
    // Of the handshake nobody knows the name: it is that of the answer that was cut before it.
    const isWanted = message === null ? isRetry : this.#isWanted(message, `${stream} ${message.id}`);
    if (isWanted) bounded(this.#streams, MAX_STREAMS).add(stream);
    this.#leaves = !isWanted;
  }

  icmp(): void {}
  icmp6(): void {}
  arp(): void {}
  bridge(): void {}

  /** The ends of a look-up that is not traffic of the captured addresses; null for everything else. */
  #lookupEnds(d: Decoder, start: number): { client: string; server: string } | null {
    const [sport, dport] = [d.u16(start), d.u16(start + 2)];
    if (d.quoted || (sport !== DNS_PORT && dport !== DNS_PORT)) return null;
    const source = addressText(d.family, d.source);
    const destination = addressText(d.family, d.destination);
    const outer = [addressText(this.#outerFamily, this.#outerSource), addressText(this.#outerFamily, this.#outerDestination)];
    if ([source, destination, ...outer].some(address => this.#addresses.has(address))) return null;
    return dport === DNS_PORT
      ? { client: `${source} ${sport}`, server: destination }
      : { client: `${destination} ${dport}`, server: source };
  }

  #isWanted(
    { name, response, cnames }: { name: string | null; response: boolean; cnames: readonly string[] },
    key: string,
  ): boolean {
    if (name === null) return response && this.#asked.has(key);
    if (!this.#names.has(plain(name))) return false;
    if (response) {
      for (const cname of cnames) if (this.#names.size < MAX_NAMES) this.#names.add(plain(cname));
    } else bounded(this.#asked, MAX_ASKED).add(key);
    return true;
  }
}

const pairOf = ({ client, server }: { client: string; server: string }): string =>
  `${client.slice(0, client.indexOf(' '))} ${server}`;

/** Names are compared without their case and the final dot. */
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** As captures show an address; the shortest form of IPv6. */
function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1) : address;
}

/** Makes room by letting the oldest go. */
function bounded<Kept extends Set<string> | Map<string, number>>(kept: Kept, limit: number): Kept {
  const [oldest] = kept.keys();
  if (kept.size >= limit && oldest !== undefined) kept.delete(oldest);
  return kept;
}
