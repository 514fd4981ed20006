import { be16, be24, bytes, hex, sized8, sized16 } from './packet-bytes';

/** Self-signed, P-256, made by OpenSSL 3.0: CN leaf.example.com, four names, 2026-11-21 to 2026-12-21. */
export const EC_CERTIFICATE = hex(
  '30820209308201afa00302010202143f19b18d900182ffac1aba185a3ae10a20006d50300a06082a8648ce3d0403033037310b30090603550406' +
    '13025858310d300b060355040a0c04546573743119301706035504030c106c6561662e6578616d706c652e636f6d301e170d3236313132313139' +
    '303331335a170d3236313232313139303331335a3037310b3009060355040613025858310d300b060355040a0c04546573743119301706035504' +
    '030c106c6561662e6578616d706c652e636f6d3059301306072a8648ce3d020106082a8648ce3d03010703420004fad577ad10018f37f3f2fb20' +
    '8f1190fcaa0b7659e769675d9b3862278992227a2349c4a034884057072de00c1683135e4b71f5e760b8e1f4de7f39953929a885a38198308195' +
    '301d0603551d0e04160414d84faf6561495bfbb725ea7863f6046fe0a37053301f0603551d23041830168014d84faf6561495bfbb725ea7863f6' +
    '046fe0a37053300f0603551d130101ff040530030101ff30420603551d11043b303982106c6561662e6578616d706c652e636f6d820d2a2e6578' +
    '616d706c652e6f72678704c0000207871020010db8000000000000000000000007300a06082a8648ce3d040303034800304502202fb5b1dd28c2' +
    '6b1e5bca1a28310ec0f4acc8d51e5297f33774ca99d595dcb9bd02210087bef1614d59760edaa598b2a0dac95bdd2620277fc488a6b222b82857' +
    '8840a0',
);

/** Self-signed, RSA of 1,024 bits, SHA-1, made by OpenSSL 3.0: CN old, one day of 2026. */
export const RSA_CERTIFICATE = hex(
  '308201f830820161a00302010202143cb69b67b7b0223d449d885401c683930e8de8e5300d06092a864886f70d0101050500300e310c300a0603' +
    '5504030c036f6c64301e170d3236313132313139303331335a170d3236313132323139303331335a300e310c300a06035504030c036f6c643081' +
    '9f300d06092a864886f70d010101050003818d0030818902818100cb5b6b9058cac9e2a25c13674459c943a3ef7a65b0d2b498d33507ca31171a' +
    'ab1aa077f4995c16170ea09d8345b282b36d99ccb0cbb301c501ca11661825a2cee02b27a89c46895b68d52ec03b1b21d31efb21f033945f765f' +
    '13af1923adc76f6d83c78456c48001163ffc295dd57500125fa4b33067523c2f949626e7e700e70203010001a3533051301d0603551d0e041604' +
    '14bea8c637e14e8d0b06957b79c9e68a3cb7a80602301f0603551d23041830168014bea8c637e14e8d0b06957b79c9e68a3cb7a80602300f0603' +
    '551d130101ff040530030101ff300d06092a864886f70d0101050500038181008ece5f5a377f999153a1e08f0aa2a06dc4fde7cf18c99b4ced5c' +
    '290e2be82225aa2169fa873d095b76ce827d390bfc21699294c77ff5dfa4632026667a75c3276dc37e7245d2fde4809b11ac7ef76c7760e7d10e' +
    'ce14cbe7715287aac1dece80b664d4d1c5a85758e9e7ecfcc51f8e2a662572f65581e85af2ef0656ef4e45ff',
);

const RANDOM = new Uint8Array(32).fill(0x11);

export const extension = (type: number, ...body: Parameters<typeof bytes>) => bytes(be16(type), sized16(...body));

export const handshake = (type: number, ...body: Parameters<typeof bytes>) => {
  const all = bytes(...body);
  return bytes(type, be24(all.length), all);
};

export interface HelloOptions {
  sni?: string;
  alpn?: readonly string[];
  versions?: readonly number[];
  more?: Uint8Array;
}

/** A ClientHello without its record. */
export function clientHello({ sni, alpn = [], versions = [], more = bytes() }: HelloOptions = {}): Uint8Array {
  const extensions = bytes(
    ...(sni === undefined ? [] : [extension(0, sized16(0, sized16(sni)))]),
    ...(alpn.length === 0 ? [] : [extension(16, sized16(...alpn.map(name => sized8(name))))]),
    ...(versions.length === 0 ? [] : [extension(43, sized8(...versions.map(be16)))]),
    more,
  );
  return handshake(1, be16(0x0303), RANDOM, 0, sized16(be16(0x1301), be16(0xc02f)), 1, 0, sized16(extensions));
}

export interface ServerHelloOptions {
  version?: number;
  /** In supported_versions. */
  selected?: number;
  suite?: number;
  random?: Uint8Array;
}

export function serverHello({
  version = 0x0303,
  selected,
  suite = 0xc02f,
  random = RANDOM,
}: ServerHelloOptions = {}): Uint8Array {
  const extensions = selected === undefined ? bytes() : extension(43, be16(selected));
  return handshake(2, be16(version), random, 0, be16(suite), 0, sized16(extensions));
}

export function certificateMessage(...certificates: Uint8Array[]): Uint8Array {
  const list = bytes(...certificates.map(certificate => bytes(be24(certificate.length), certificate)));
  return handshake(11, be24(list.length), list);
}

export const record = (type: number, body: Uint8Array, version = 0x0303) => bytes(type, be16(version), sized16(body));
