type Words = Pick<AddressWords, 'w0' | 'w1' | 'w2' | 'w3'>;

/** Network addresses as four 32-bit words, IPv4 in the last; signed, so that engines keep them as small integers. */
export class AddressWords {
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;

  read4(bytes: Uint8Array, at: number): void {
    this.w0 = this.w1 = this.w2 = 0;
    this.w3 = word(bytes, at);
  }

  read6(bytes: Uint8Array, at: number): void {
    this.w0 = word(bytes, at);
    this.w1 = word(bytes, at + 4);
    this.w2 = word(bytes, at + 8);
    this.w3 = word(bytes, at + 12);
  }

  copy(from: AddressWords): void {
    this.w0 = from.w0;
    this.w1 = from.w1;
    this.w2 = from.w2;
    this.w3 = from.w3;
  }

  equals({ w0, w1, w2, w3 }: AddressWords): boolean {
    return this.w3 === w3 && this.w0 === w0 && this.w1 === w1 && this.w2 === w2;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** The address in its canonical form: RFC 5952 for IPv6, lower case, no zone. */
export function addressText(family: number, words: Words): string {
  const { w0, w1, w2, w3 } = words;
  if (family === 4) return `${w3 >>> 24}.${(w3 >>> 16) & 255}.${(w3 >>> 8) & 255}.${w3 & 255}`;
  const groups = [w0, w1, w2, w3].flatMap(w => [(w >>> 16) & 0xffff, w & 0xffff]);
  // As inet_ntop of the C library: the last 32 bits of mapped and compatible addresses stand as IPv4.
  if (w0 === 0 && w1 === 0 && (w2 === 0xffff || (w2 === 0 && w3 >>> 16 !== 0))) {
    return `::${w2 === 0xffff ? 'ffff:' : ''}${addressText(4, words)}`;
  }
  let best = -1;
  let bestLength = 1; // a single group of zeros is not shortened
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  const hex = (part: number[]): string => part.map(group => group.toString(16)).join(':');
  if (best < 0) return hex(groups);
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}

/** A hardware address as text; null when the bytes do not hold one. */
export function macText(bytes: Uint8Array, at: number): string | null {
  if (at < 0 || at + 6 > bytes.length) return null;
  return Array.from(bytes.subarray(at, at + 6), byte => byte.toString(16).padStart(2, '0')).join(':');
}
