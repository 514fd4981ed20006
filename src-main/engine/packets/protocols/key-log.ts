import { hexText, latin1 } from './bytes';

/** Lines of key logs kept: a browser writes five a connection. */
const MAX_SECRETS = 50_000;
const LINE =
  /^(CLIENT_HANDSHAKE_TRAFFIC_SECRET|SERVER_HANDSHAKE_TRAFFIC_SECRET|CLIENT_TRAFFIC_SECRET_0|SERVER_TRAFFIC_SECRET_0) ([0-9a-fA-F]{64}) ([0-9a-fA-F]{64,96})$/gm;

export type SecretName =
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

/**
 * Secrets that stand in a capture file beside its packets (pcapng: decryption secrets block, TLS key log). They are kept
 * while the file is read, and go nowhere else.
 */
export class KeyLog {
  readonly #secrets = new Map<string, string>();

  add(bytes: Uint8Array, start: number, end: number): void {
    for (const [, name, random, secret] of latin1(bytes, start, end).replaceAll('\r', '').matchAll(LINE)) {
      if (this.#secrets.size >= MAX_SECRETS) return;
      if (name && random && secret) this.#secrets.set(`${name} ${random.toLowerCase()}`, secret);
    }
  }

  get isEmpty(): boolean {
    return this.#secrets.size === 0;
  }

  /** @param random of the ClientHello */
  find(name: SecretName, random: Uint8Array): Uint8Array | null {
    const secret = this.#secrets.get(`${name} ${hexText(random, 0, 32)}`);
    return secret === undefined ? null : Uint8Array.from(Buffer.from(secret, 'hex'));
  }
}
