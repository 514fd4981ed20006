import { createCipheriv, createHmac } from 'node:crypto';
import { be16, be32, bytes, type Captured, hex, udp } from './packet-bytes';
import { T0 } from './talk';

/** RFC 9001 section 5.2 */
const SALT = hex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a');
const CONNECTION_ID = hex('8394c8f03e515708');
const CLIENT = { ip: '192.0.2.1', port: 50_443 };
const SERVER = { ip: '198.51.100.9', port: 443 };

const hmac = (key: Uint8Array, data: Uint8Array) => new Uint8Array(createHmac('sha256', key).update(data).digest());

/** HKDF-Expand-Label of RFC 8446 section 7.1, of one block. */
function expand(secret: Uint8Array, name: string, length: number): Uint8Array {
  const label = `tls13 ${name}`;
  return hmac(secret, bytes(be16(length), label.length, label, 0, 1)).subarray(0, length);
}

/** Frames in an Initial of version 1, protected with the keys of the connection ID. */
function initial(isServer: boolean, frames: Uint8Array, number: number, size: number): Uint8Array {
  const secret = expand(hmac(SALT, CONNECTION_ID), isServer ? 'server in' : 'client in', 32);
  const iv = expand(secret, 'quic iv', 12);
  const plain = bytes(frames, new Uint8Array(Math.max(0, size - frames.length)));
  const length = 4 + plain.length + 16;
  const ids = isServer ? bytes(0, 8, CONNECTION_ID) : bytes(8, CONNECTION_ID, 0);
  const head = bytes(0xc3, be32(1), ids, 0, 0x40 | (length >> 8), length & 255, be32(number));
  const nonce = iv.with(11, (iv[11] ?? 0) ^ number);
  const cipher = createCipheriv('aes-128-gcm', expand(secret, 'quic key', 16), nonce).setAAD(head);
  const packet = bytes(head, cipher.update(plain), cipher.final(), cipher.getAuthTag());
  const sample = packet.subarray(head.length, head.length + 16);
  const mask = createCipheriv('aes-128-ecb', expand(secret, 'quic hp', 16), null).update(sample);
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let i = 0; i < 4; i++) packet[head.length - 4 + i] = (packet[head.length - 4 + i] ?? 0) ^ (mask[i + 1] ?? 0);
  return packet;
}

const byClient = (at: number, payload: Uint8Array): Captured => ({ at: T0 + at, frame: udp(CLIENT, SERVER, payload) });
const byServer = (at: number, payload: Uint8Array): Captured => ({ at: T0 + at, frame: udp(SERVER, CLIENT, payload) });
const PING = bytes(1);

/** An Initial of the client, of full size. */
export const quicInitial = (at: number, number = 0) => byClient(at, initial(false, PING, number, 1_162));
/** An Initial of the server with an ACK. */
export const quicAnswer = (at: number) => byServer(at, initial(true, bytes(2, 0, 0, 0, 0), 0, 60));
/** CONNECTION_CLOSE of the server (RFC 9000 section 19.19); the code below 16,384. */
export const quicClose = (at: number, code: number) => byServer(at, initial(true, bytes(0x1c, be16(0x4000 | code), 0, 0), 0, 60));
export const quicToken = (at: number) => byServer(at, bytes(0xf0, be32(1), 0, 8, CONNECTION_ID, 'token', new Uint8Array(16)));
export const quicVersions = (at: number) =>
  byServer(at, bytes(0x80, be32(0), 0, 8, CONNECTION_ID, be32(0x6b33_43cf), be32(0xff00_001d)));
export const QUIC_CLIENT = CLIENT;
export const QUIC_SERVER = SERVER;
