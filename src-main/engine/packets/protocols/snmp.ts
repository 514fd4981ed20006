import type { Ends, Piece } from '../piece';
import { u8 } from './bytes';
import type { Credentials } from './credentials';

/** SNMP: counted; a community string (v1, v2c) is a credential in clear text, noted once a flow. */
export class SnmpFlow {
  #noted = false;

  constructor(
    readonly ends: Ends,
    readonly credentials: Credentials,
    readonly counted: (frame: number) => void,
  ) {}

  read({ bytes, start, end, frame, ts }: Piece): boolean {
    this.counted(frame);
    if (this.#noted) return true;
    // SEQUENCE { version INTEGER, community OCTET STRING, … }; lengths up to 64 KiB.
    let at = start + 1;
    const long = u8(bytes, at) & 0x80 ? u8(bytes, at) & 0x7f : 0;
    at += 1 + long;
    if (u8(bytes, start) !== 0x30 || long > 3 || u8(bytes, at) !== 2 || u8(bytes, at + 1) !== 1) return true;
    const version = u8(bytes, at + 2);
    const length = u8(bytes, at + 4);
    if (version > 1 || u8(bytes, at + 3) !== 4 || length >= 0x80 || at + 5 + length > end) return true;
    this.#noted = true;
    const { a, b } = this.ends;
    const isAgentB = b.port === 161 || b.port === 162;
    const [client, server] = isAgentB ? [a, b] : [b, a];
    this.credentials.add({
      stream: this.ends.number,
      frame,
      time: ts,
      protocol: 'snmp',
      client: client.ip,
      client_port: client.port,
      server: server.ip,
      server_port: server.port,
      name: 'community',
      scheme: version === 0 ? 'v1' : 'v2c',
      length,
    });
    return true;
  }
}
