import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Names of places in the kernel. */
export interface KernelSymbols {
  /** Reads the names, once: 60 ms of reading in the background, then as much work in small pieces; keeps 4 MB. */
  load(): Promise<void>;
  /** `nf_hook_slow+0xb8` for the lower 48 bits of an address; null when names are not loaded or nothing is there. */
  name(address: number): string | null;
  /** True when the kernel hides its addresses from this process. */
  readonly hidden: boolean;
}

/** A function further away than this does not hold the address. */
const MAX_FUNCTION_BYTES = 0x40000;
/** Between two pieces events are taken in: at 200,000 a second the helper's buffer holds a quarter of a second. */
const PIECE_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const BLANK = 0x20;
const TAB = 0x09;
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

async function readTable(file: string): Promise<SymbolTable> {
  let lines: Buffer;
  try {
    lines = await readFile(file);
  } catch {
    return NO_SYMBOLS; // not ours to read: the location stays unknown, which the answer says
  }
  const addresses: number[] = [];
  const begins: number[] = [];
  const lengths: number[] = [];
  const names = Buffer.allocUnsafe(lines.length);
  let used = 0;
  for (let begin = 0, pause = PIECE_BYTES; begin < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, begin);
    const end = newline < 0 ? lines.length : newline;
    // `ffffffff81000000 T _stext`, behind the name of a module's function a tab and the module
    const blank = lines.indexOf(BLANK, begin);
    if (FUNCTION_TYPES.has(lines[blank + 1] ?? 0) && blank < end) {
      const address = Number.parseInt(lines.toString('latin1', Math.max(begin, blank - 12), blank), 16);
      const tab = lines.subarray(blank, end).indexOf(TAB);
      const nameEnd = tab < 0 ? end : blank + tab;
      if (address > 0) {
        addresses.push(address);
        begins.push(used);
        lengths.push(nameEnd - blank - 3);
        used += lines.copy(names, used, blank + 3, nameEnd);
      }
    }
    begin = end + 1;
    if (begin > pause) {
      pause = begin + PIECE_BYTES;
      await setImmediate();
    }
  }
  const order = Uint32Array.from(addresses.keys());
  const isAscending = addresses.every((address, index) => index === 0 || address >= (addresses[index - 1] ?? 0));
  if (!isAscending) order.sort((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0));
  return {
    addresses: Float64Array.from(order, index => addresses[index] ?? 0),
    begins: Uint32Array.from(order, index => begins[index] ?? 0),
    lengths: Uint16Array.from(order, index => lengths[index] ?? 0),
    names: Buffer.from(names.subarray(0, used)),
  };
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
