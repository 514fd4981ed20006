import { open } from 'node:fs/promises';

/** Names of places in the kernel. */
export interface KernelSymbols {
  /** Reads the names, once: 0.1 s of work in small pieces; keeps 4 MB. */
  load(): Promise<void>;
  /** `nf_hook_slow+0xb8` for the lower 48 bits of an address; null when names are not loaded or nothing is there. */
  name(address: number): string | null;
  /** True when the kernel hides its addresses from this process. */
  readonly hidden: boolean;
}

/** A function further away than this does not hold the address. */
const MAX_FUNCTION_BYTES = 0x40000;
/** Between two pieces events are taken in: at 200,000 a second the helper's buffer holds a quarter of a second. */
const PIECE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const BLANK = 0x20;
const TAB = 0x09;
const CLOSING_BRACKET = 0x5d;
/** t, T, w, W: functions. */
const FUNCTION_TYPES = new Set([0x74, 0x54, 0x77, 0x57]);

/** Modules that are loaded later have no names. */
export function createKernelSymbols(file = '/proc/kallsyms'): KernelSymbols {
  let table: SymbolTable = NO_SYMBOLS;
  let loading: Promise<void> | undefined;
  return {
    load() {
      loading ??= readTable(file).then(read => {
        table = read;
      });
      return loading;
    },
    name: address => find(table, address),
    get hidden() {
      return table.addresses.length === 0;
    },
  };
}

/** 100,000 names as strings would take three times the memory. */
interface SymbolTable {
  /** Ascending. */
  addresses: Float64Array;
  /** Where the name of each begins in `names`, and how long it is. */
  begins: Uint32Array;
  lengths: Uint16Array;
  names: Buffer;
}
const NO_SYMBOLS: SymbolTable = {
  addresses: new Float64Array(),
  begins: new Uint32Array(),
  lengths: new Uint16Array(),
  names: Buffer.alloc(0),
};

/** Read through one buffer: the kernel gives 4 KB at a time, and a buffer for each would be 80 MB of garbage. */
async function readTable(file: string): Promise<SymbolTable> {
  const found: FoundSymbols = { addresses: [], begins: [], lengths: [], names: [], namesBytes: 0 };
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let held = 0;
  try {
    const handle = await open(file);
    try {
      for (;;) {
        const { bytesRead } = await handle.read(piece, held, PIECE_BYTES - held, null);
        if (bytesRead === 0) break;
        held += bytesRead;
        if (held < PIECE_BYTES / 2) continue;
        const whole = piece.lastIndexOf(NEWLINE, held - 1) + 1;
        takeLines(piece.subarray(0, whole), found);
        piece.copyWithin(0, whole, held);
        held -= whole;
      }
    } finally {
      await handle.close();
    }
  } catch {
    return NO_SYMBOLS; // not ours to read: the location stays unknown, which the answer says
  }
  takeLines(piece.subarray(0, held), found);
  const { addresses, begins, lengths } = found;
  const order = new Uint32Array(addresses.length).map((_, index) => index);
  const isAscending = addresses.every((address, index) => index === 0 || address >= (addresses[index - 1] ?? 0));
  if (!isAscending) order.sort((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0));
  return {
    addresses: new Float64Array(order.length).map((_, at) => addresses[order[at] ?? 0] ?? 0),
    begins: new Uint32Array(order.length).map((_, at) => begins[order[at] ?? 0] ?? 0),
    lengths: new Uint16Array(order.length).map((_, at) => lengths[order[at] ?? 0] ?? 0),
    names: Buffer.concat(found.names, found.namesBytes),
  };
}

interface FoundSymbols {
  addresses: number[];
  begins: number[];
  lengths: number[];
  /** One buffer a piece of the file. */
  names: Buffer[];
  namesBytes: number;
}

/** `ffffffff81000000 T _stext`; behind the name of a module's function stand a tab and the module. */
function takeLines(lines: Buffer, found: FoundSymbols): void {
  const names = Buffer.allocUnsafe(lines.length);
  let used = 0;
  for (let begin = 0; begin < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, begin);
    const end = newline < 0 ? lines.length : newline;
    const blank = lines.indexOf(BLANK, begin);
    if (blank > begin && blank + 3 < end && FUNCTION_TYPES.has(lines[blank + 1] ?? 0)) {
      const address = readHex(lines, Math.max(begin, blank - 12), blank);
      const nameEnd = lines[end - 1] === CLOSING_BRACKET ? lines.lastIndexOf(TAB, end) : end;
      if (address > 0) {
        found.addresses.push(address);
        found.begins.push(found.namesBytes + used);
        found.lengths.push(nameEnd - blank - 3);
        used += lines.copy(names, used, blank + 3, nameEnd);
      }
    }
    begin = end + 1;
  }
  found.names.push(Buffer.from(names.subarray(0, used)));
  found.namesBytes += used;
}

/** Digit by digit: a string for each of 100,000 lines would be 20 MB of garbage. */
function readHex(bytes: Buffer, begin: number, end: number): number {
  let value = 0;
  for (let at = begin; at < end; at++) {
    const digit = bytes[at] ?? 0;
    value = value * 16 + (digit < 0x3a ? digit - 0x30 : digit - 0x57);
  }
  return value;
}

function find({ addresses, begins, lengths, names }: SymbolTable, address: number): string | null {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((addresses[middle] ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const start = addresses[low - 1];
  if (start === undefined || address - start > MAX_FUNCTION_BYTES) return null;
  const begin = begins[low - 1] ?? 0;
  const name = names.toString('latin1', begin, begin + (lengths[low - 1] ?? 0));
  return address === start ? name : `${name}+0x${(address - start).toString(16)}`;
}
