import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { u8 } from './bytes';

/** What a version of QUIC makes its Initial keys of (RFC 9001 section 5.2, RFC 9369 section 3.3). */
interface VersionKeys {
  salt: Uint8Array;
  label: 'quic' | 'quicv2';
}

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], byte => Number.parseInt(byte, 16));
const V1: VersionKeys = { salt: hex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), label: 'quic' };
const V2: VersionKeys = { salt: hex('0dede3def700a6db819381be6e269dcbf9bd2ed9'), label: 'quicv2' };
const DRAFT_29: VersionKeys = { salt: hex('afbfec289993d24c9e9786f19c6111e04390a899'), label: 'quic' };
const DRAFT_23: VersionKeys = { salt: hex('c3eef712c72ebb5a11a7d2432bb46365bef9f502'), label: 'quic' };

export const QUIC_V2 = 0x6b3343cf;

/** Facebook's mvfst numbers of draft 27. */
const MVFST_27 = 0xfaceb002;

/** null: a version whose keys are not known. */
function versionKeys(version: number): VersionKeys | null {
  if (version === 1) return V1;
  if (version === QUIC_V2) return V2;
  if (version === MVFST_27) return DRAFT_23;
  const draft = (version & 0xffffff00) >>> 0 === 0xff000000 ? version & 255 : 0;
  if (draft >= 29 && draft <= 34) return draft >= 33 ? V1 : DRAFT_29;
  return draft >= 23 && draft <= 28 ? DRAFT_23 : null;
}

const sha256 = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();

/** HKDF-Expand-Label (RFC 8446 section 7.1) for up to 32 bytes: one block. */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = `tls13 ${label}`;
  const info = Uint8Array.from([0, length, name.length, ...[...name].map(char => char.charCodeAt(0)), 0, 1]);
  return sha256(secret, info).subarray(0, length);
}

interface SideKeys {
  key: Uint8Array;
  iv: Uint8Array;
  protection: Uint8Array;
}

/** The keys of Initial packets: anyone who saw the client's first one can make them. */
export class InitialKeys {
  readonly #sides: readonly [SideKeys, SideKeys];

  /** @param connectionId destination connection id of the client's first Initial (after a Retry: of the next one) */
  constructor({ salt, label }: VersionKeys, connectionId: Uint8Array) {
    const initial = sha256(salt, connectionId);
    const side = (name: string): SideKeys => {
      const secret = expandLabel(initial, name, 32);
      return {
        key: expandLabel(secret, `${label} key`, 16),
        iv: expandLabel(secret, `${label} iv`, 12),
        protection: expandLabel(secret, `${label} hp`, 16),
      };
    };
    this.#sides = [side('client in'), side('server in')];
  }

  static of(version: number, connectionId: Uint8Array): InitialKeys | null {
    const keys = versionKeys(version);
    return keys ? new InitialKeys(keys, connectionId) : null;
  }

  /**
   * Opens an Initial packet.
   * @param numberAt where the protected packet number begins
   * @returns the frames; null when it was made with other keys
   */
  open(byServer: boolean, bytes: Uint8Array, start: number, numberAt: number, end: number): Uint8Array | null {
    // RFC 9001 section 5.4.2: the sample begins four bytes after the packet number; the tag takes 16.
    if (numberAt + 20 > end) return null;
    const { key, iv, protection } = this.#sides[byServer ? 1 : 0];
    const cipher = createCipheriv('aes-128-ecb', protection, null).setAutoPadding(false);
    const mask = cipher.update(bytes.subarray(numberAt + 4, numberAt + 20));
    const first = u8(bytes, start) ^ (u8(mask, 0) & 0x0f);
    const numberLength = (first & 3) + 1;
    const head = Uint8Array.from(bytes.subarray(start, numberAt + numberLength));
    head[0] = first;
    const nonce = Uint8Array.from(iv);
    for (let i = 0; i < numberLength; i++) {
      const byte = u8(bytes, numberAt + i) ^ u8(mask, 1 + i);
      head[numberAt - start + i] = byte;
      // Packet numbers of Initials are small: the truncated one is the whole one.
      const at = 12 - numberLength + i;
      nonce[at] = u8(nonce, at) ^ byte;
    }
    try {
      const decipher = createDecipheriv('aes-128-gcm', key, nonce);
      decipher.setAuthTag(bytes.subarray(end - 16, end));
      decipher.setAAD(head);
      const frames = decipher.update(bytes.subarray(numberAt + numberLength, end - 16));
      decipher.final();
      return frames;
    } catch {
      // The tag does not fit: other keys, or damaged. Nothing is known of the packet then.
      return null;
    }
  }
}

/** As text; drafts by their number. */
export function quicVersionName(version: number): string {
  if (version === 1) return 'v1';
  if (version === QUIC_V2) return 'v2';
  if ((version & 0xffffff00) >>> 0 === 0xff000000) return `draft-${version & 255}`;
  return `0x${version.toString(16).padStart(8, '0')}`;
}
