import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { u8 } from './bytes';

/** What a version of QUIC makes its Initial keys of (RFC 9001 section 5.2, RFC 9369 section 3.3). */
interface VersionKeys {
  salt: Uint8Array;
  label: Label;
}

type Label = 'quic' | 'quicv2';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const V1: VersionKeys = { salt: hex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), label: 'quic' };
const V2: VersionKeys = { salt: hex('0dede3def700a6db819381be6e269dcbf9bd2ed9'), label: 'quicv2' };
const DRAFT_29: VersionKeys = { salt: hex('afbfec289993d24c9e9786f19c6111e04390a899'), label: 'quic' };
const DRAFT_23: VersionKeys = { salt: hex('c3eef712c72ebb5a11a7d2432bb46365bef9f502'), label: 'quic' };

export const QUIC_V2 = 0x6b3343cf;
/** Facebook's number of draft 27. */
const MVFST_27 = 0xfaceb002;

/** The number of a draft; 0 for any other version. */
function draftOf(version: number): number {
  return (version & 0xffffff00) >>> 0 === 0xff000000 ? version & 255 : 0;
}

/** null: a version whose keys are not known. */
function versionKeys(version: number): VersionKeys | null {
  if (version === 1) return V1;
  if (version === QUIC_V2) return V2;
  if (version === MVFST_27) return DRAFT_23;
  const draft = draftOf(version);
  if (draft >= 33 && draft <= 34) return V1;
  if (draft >= 29 && draft <= 32) return DRAFT_29;
  return draft >= 23 && draft <= 28 ? DRAFT_23 : null;
}

/** As text; drafts by their number. */
export function quicVersionName(version: number): string {
  if (version === 1) return 'v1';
  if (version === QUIC_V2) return 'v2';
  const draft = draftOf(version);
  return draft > 0 ? `draft-${draft}` : `0x${version.toString(16).padStart(8, '0')}`;
}

type Hash = 'sha256' | 'sha384';

const hmac = (hash: Hash, key: Uint8Array, text: Uint8Array) => createHmac(hash, key).update(text).digest();

/** HKDF-Expand-Label (RFC 8446 section 7.1) for as many bytes as the hash has: one block. */
function expandLabel(hash: Hash, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = `tls13 ${label}`;
  const info = Uint8Array.from([0, length, name.length, ...Buffer.from(name, 'latin1'), 0, 1]);
  return hmac(hash, secret, info).subarray(0, length);
}

interface Suite {
  hash: Hash;
  cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  keyLength: number;
}

const AES_128: Suite = { hash: 'sha256', cipher: 'aes-128-gcm', keyLength: 16 };
const SUITES = new Map<number, Suite>([
  [0x1301, AES_128],
  [0x1302, { hash: 'sha384', cipher: 'aes-256-gcm', keyLength: 32 }],
  [0x1303, { hash: 'sha256', cipher: 'chacha20-poly1305', keyLength: 32 }],
]);

/** A packet made readable. */
export interface OpenedPacket {
  frames: Uint8Array;
  number: number;
}

/** The keys of one direction at one level of encryption. */
export class PacketKeys {
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #protection: Uint8Array;
  #largest = -1;

  constructor(
    readonly suite: Suite,
    secret: Uint8Array,
    label: Label,
  ) {
    const { hash, keyLength } = suite;
    this.#key = expandLabel(hash, secret, `${label} key`, keyLength);
    this.#iv = expandLabel(hash, secret, `${label} iv`, 12);
    this.#protection = expandLabel(hash, secret, `${label} hp`, keyLength);
  }

  /** null: a suite that is not known. */
  static of(version: number, suite: number, secret: Uint8Array): PacketKeys | null {
    const known = SUITES.get(suite);
    return known ? new PacketKeys(known, secret, version === QUIC_V2 ? 'quicv2' : 'quic') : null;
  }

  /**
   * Opens a packet (RFC 9001 section 5).
   * @param numberAt where the protected packet number begins
   * @returns null when it was made with other keys, or is damaged
   */
  open(bytes: Uint8Array, start: number, numberAt: number, end: number): OpenedPacket | null {
    // Section 5.4.2: the sample begins four bytes after the packet number; the tag takes 16.
    if (numberAt + 20 > end) return null;
    const mask = this.#mask(bytes.subarray(numberAt + 4, numberAt + 20));
    const isLong = (u8(bytes, start) & 0x80) !== 0;
    const first = u8(bytes, start) ^ (u8(mask, 0) & (isLong ? 0x0f : 0x1f));
    const numberLength = (first & 3) + 1;
    const head = Uint8Array.from(bytes.subarray(start, numberAt + numberLength));
    head[0] = first;
    let truncated = 0;
    for (let i = 0; i < numberLength; i++) {
      const byte = u8(bytes, numberAt + i) ^ u8(mask, 1 + i);
      head[numberAt - start + i] = byte;
      truncated = truncated * 256 + byte;
    }
    const number = this.#whole(truncated, 256 ** numberLength);
    const nonce = Uint8Array.from(this.#iv);
    for (let i = 0, rest = number; i < 8; i++, rest = Math.floor(rest / 256)) nonce[11 - i] = u8(nonce, 11 - i) ^ (rest % 256);
    try {
      const decipher = this.#decipher(nonce);
      decipher.setAuthTag(bytes.subarray(end - 16, end));
      decipher.setAAD(head, { plaintextLength: end - 16 - numberAt - numberLength });
      const frames = decipher.update(bytes.subarray(numberAt + numberLength, end - 16));
      decipher.final();
      if (number > this.#largest) this.#largest = number;
      return { frames, number };
    } catch {
      // The tag does not fit: other keys, or damaged. Nothing is known of the packet then.
      return null;
    }
  }

  #decipher(nonce: Uint8Array) {
    const { cipher } = this.suite;
    return cipher === 'chacha20-poly1305'
      ? createDecipheriv(cipher, this.#key, nonce, { authTagLength: 16 })
      : createDecipheriv(cipher, this.#key, nonce);
  }

  #mask(sample: Uint8Array): Uint8Array {
    if (this.suite.cipher === 'chacha20-poly1305') {
      return createCipheriv('chacha20', this.#protection, sample).update(new Uint8Array(5));
    }
    const cipher = this.suite.keyLength === 16 ? 'aes-128-ecb' : 'aes-256-ecb';
    return createCipheriv(cipher, this.#protection, null).setAutoPadding(false).update(sample);
  }

  /** RFC 9000 appendix A.3: the number nearest to the one that is expected. */
  #whole(truncated: number, window: number): number {
    const expected = this.#largest + 1;
    const candidate = expected - (expected % window) + truncated;
    if (candidate + window / 2 <= expected) return candidate + window;
    return candidate > expected + window / 2 && candidate >= window ? candidate - window : candidate;
  }
}

/** The keys of Initial packets: anyone who saw the client's first one can make them. */
export interface InitialKeys {
  client: PacketKeys;
  server: PacketKeys;
}

/** @param connectionId destination connection id of the client's first Initial (after a Retry: of the next one) */
export function initialKeys(version: number, connectionId: Uint8Array): InitialKeys | null {
  const keys = versionKeys(version);
  if (!keys) return null;
  const initial = hmac('sha256', keys.salt, connectionId);
  const side = (name: string) => new PacketKeys(AES_128, expandLabel('sha256', initial, name, 32), keys.label);
  return { client: side('client in'), server: side('server in') };
}
