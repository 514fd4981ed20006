import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { be32, bytes, hex } from '../../../../test/support/packet-bytes';
import { initialKeys } from './quic-keys';

// RFC 9001 appendix A.
const CONNECTION_ID = hex('8394c8f03e515708');
const CLIENT_KEY = hex('1f369613dd76d5467730efcbe3b1a22d');
const CLIENT_IV = hex('fa044b2f42a3fd3b46fb255c');
const CLIENT_PROTECTION = hex('9f50449e04a0e810283a1e9933adedd2');
const CLIENT_HELLO = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e0000
  0b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370
  b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305030603020308040805080600
  2d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806
  048000ffff`);
const SERVER_INITIAL = hex(`
  cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a
  1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d2039
  8c276456cbc42158407dd074ee`);
const SERVER_FRAMES = hex(`
  02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024001d0020
  9d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304`);

/** Protects a client's Initial with the keys the RFC prints, not with those the code under test makes. */
function clientInitial(frames: Uint8Array, number = 2, size = 1_162): Uint8Array {
  const plain = bytes(frames, new Uint8Array(Math.max(0, size - frames.length)));
  const length = 4 + plain.length + 16;
  const head = bytes(0xc3, be32(1), 8, CONNECTION_ID, 0, 0, 0x40 | (length >> 8), length & 255, be32(number));
  const nonce = CLIENT_IV.with(11, (CLIENT_IV[11] ?? 0) ^ number);
  const cipher = createCipheriv('aes-128-gcm', CLIENT_KEY, nonce).setAAD(head);
  const packet = bytes(head, cipher.update(plain), cipher.final(), cipher.getAuthTag());
  const mask = createCipheriv('aes-128-ecb', CLIENT_PROTECTION, null).update(packet.subarray(head.length, head.length + 16));
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let i = 0; i < 4; i++) packet[head.length - 4 + i] = (packet[head.length - 4 + i] ?? 0) ^ (mask[i + 1] ?? 0);
  return packet;
}

describe('QUIC', () => {
  test('the packet built here is the one of RFC 9001 appendix A.2', () => {
    const beginning =
      'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd';
    expect(Buffer.from(clientInitial(CLIENT_HELLO)).toString('hex').startsWith(beginning)).toBe(true);
  });

  test("opens the server's Initial of RFC 9001 appendix A.3", () => {
    const keys = initialKeys(1, CONNECTION_ID);
    expect(keys?.server.open(SERVER_INITIAL, 0, 18, SERVER_INITIAL.length)).toEqual({
      frames: Buffer.from(SERVER_FRAMES),
      number: 1,
    });
    expect(keys?.client.open(SERVER_INITIAL, 0, 18, SERVER_INITIAL.length)).toBeNull();
  });

  test('shows the handshake that only seems to be hidden', () => {
    const feed = new AppFeed(443).datagram(0, clientInitial(CLIENT_HELLO), { at: 1 }).datagram(1, SERVER_INITIAL, { at: 1.2 });
    expect(feed.rows.tls.rows).toMatchObject([
      { transport: 'quic', sni: 'example.com', alpn_offered: ['alpn'], version: 'TLS 1.3', suite_number: 0x1301 },
    ]);
    expect(feed.rows.quic.rows).toMatchObject([{ version: 'v1', sni: 'example.com', client_initials: 1, server_packets: 1 }]);
    expect(feed.rows.quic.rows[0]?.server_ms).toBeCloseTo(200, 6);
    expect(feed.frames('quic')).toEqual([1, 2]);
    expect(feed.frames('tls')).toEqual([1, 2]);
  });

  test('puts a hello together that comes in two packets, the second first', () => {
    const hello = CLIENT_HELLO.subarray(4);
    const part = (offset: number, end: number) =>
      bytes(6, 0x40 | (offset >> 8), offset & 255, 0x40, end - offset, hello.subarray(offset, end));
    const feed = new AppFeed(443)
      .datagram(0, clientInitial(part(60, 120), 3))
      .datagram(0, clientInitial(bytes(part(180, 241), 1, part(120, 180)), 4))
      .datagram(0, clientInitial(part(0, 60), 5));
    expect(feed.rows.tls.rows).toMatchObject([{ sni: 'example.com' }]);
    expect(feed.frames('tls')).toEqual([3]);
  });

  test('notes Retry, version negotiation and a close', () => {
    const close = bytes(0x1c, 0x41, 0x28, 6, 2, 'no');
    const negotiation = bytes(0x80, be32(0), 0, 8, CONNECTION_ID, be32(1), be32(0x6b3343cf));
    const retry = bytes(0xf0, be32(1), 0, 4, 'abcd', new Uint8Array(40));
    const feed = new AppFeed(443)
      .datagram(0, clientInitial(CLIENT_HELLO))
      .datagram(1, negotiation)
      .datagram(1, retry)
      .datagram(0, clientInitial(close, 3, 40));
    expect(feed.rows.quic.rows).toMatchObject([
      {
        version_negotiation_frames: [2],
        versions_of_server: ['v1', 'v2'],
        retry_frames: [3],
        close: { frame: 4, by_client: true, code: 0x128, reason: 'no' },
      },
    ]);
  });

  test('never throws, however a packet is cut or changed', () => {
    const packet = clientInitial(CLIENT_HELLO);
    for (let at = 0; at < packet.length; at += 7) {
      new AppFeed(443).datagram(0, packet.subarray(0, at));
      for (const value of [0, 0x7f, 0xff]) new AppFeed(443).datagram(0, packet.with(at, value)).datagram(1, SERVER_INITIAL);
    }
  });
});
