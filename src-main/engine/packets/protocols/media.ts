import { latin1, lineEnd, lineFeed } from './bytes';

const MAX_SESSIONS = 4_096;
const MAX_LINES = 512;

/** Where session descriptions (SDP, RFC 8866) said that media will flow. */
export class MediaSessions {
  readonly #rates = new Map<string, ReadonlyMap<number, number>>();

  /** Clock rates by payload type of the media announced for one of these ends; null when none was. */
  announced(ends: readonly { ip: string; port: number }[]): ReadonlyMap<number, number> | null {
    if (this.#rates.size === 0) return null;
    for (const { ip, port } of ends) {
      const rates = this.#rates.get(`${ip} ${port}`);
      if (rates) return rates;
    }
    return null;
  }

  /** Reads the description in a message body. */
  read(bytes: Uint8Array, start: number, end: number): void {
    let sessionIp = '';
    let ip = '';
    let port = 0;
    let rates = new Map<number, number>();
    const announce = () => {
      if (port === 0 || (ip || sessionIp) === '') return;
      // RTCP is on the next port (RFC 3550 section 11).
      for (const number of [port, port + 1]) this.#add(`${ip || sessionIp} ${number}`, rates);
    };
    let at = start;
    for (let lines = 0; at < end && lines < MAX_LINES; lines++) {
      const lf = lineFeed(bytes, at, end);
      const last = lf < 0 ? end : lf;
      const line = latin1(bytes, at, Math.min(at + 256, lineEnd(bytes, at, last)));
      const address = /^c=IN IP[46] ([0-9a-fA-F.:]+)/.exec(line)?.[1];
      const media = /^m=(?:audio|video|text) (\d{1,5})(?:\/\d+)? [\w/]*RTP\//.exec(line)?.[1];
      const map = /^a=rtpmap:(\d{1,3}) [^/]+\/(\d{1,6})/.exec(line);
      if (line.startsWith('m=')) {
        announce();
        ip = '';
        port = media === undefined ? 0 : Number(media);
        rates = new Map();
      } else if (address !== undefined) {
        if (port === 0) sessionIp = address.toLowerCase();
        else ip = address.toLowerCase();
      } else if (map) rates.set(Number(map[1]), Number(map[2]));
      at = last + 1;
    }
    announce();
  }

  #add(key: string, rates: ReadonlyMap<number, number>): void {
    const [oldest] = this.#rates.size >= MAX_SESSIONS ? this.#rates.keys() : [];
    if (oldest !== undefined) this.#rates.delete(oldest);
    this.#rates.set(key, rates);
  }
}
