import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Names of places in the kernel. */
export interface KernelSymbols {
  /** Reads the names, once: 60 ms of reading in the background, then 30 ms of work in small pieces, 10 MB. */
  load(): Promise<void>;
  /** `nf_hook_slow+0xb8` for the lower 48 bits of an address; null when names are not loaded or nothing is there. */
  name(address: number): string | null;
  /** True when the kernel hides its addresses from this process. */
  readonly hidden: boolean;
}

/** A function further away than this does not hold the address. */
const MAX_FUNCTION_BYTES = 0x40000;
/** `ffffffff81000000 T _stext`: text symbols only. */
const LINE = /^[0-9a-f]*?([0-9a-f]{1,12}) [tTwW] (\S+)/gm;
/** Between two pieces events are taken in: at 200,000 a second the helper's buffer holds a quarter of a second. */
const PIECE_CHARS = 256 * 1024;

/** Modules that are loaded later have no names. */
export function createKernelSymbols(file = '/proc/kallsyms'): KernelSymbols {
  let table: SymbolTable = { addresses: new Float64Array(), names: [] };
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

interface SymbolTable {
  /** Ascending. */
  addresses: Float64Array;
  names: string[];
}

async function readTable(file: string): Promise<SymbolTable> {
  let lines: string;
  try {
    lines = await readFile(file, 'latin1');
  } catch {
    return { addresses: new Float64Array(), names: [] }; // not ours to read: the location stays unknown, which the answer says
  }
  const found: { address: number; name: string }[] = [];
  for (let begin = 0; begin < lines.length; ) {
    const cut = lines.indexOf('\n', begin + PIECE_CHARS);
    const end = cut < 0 ? lines.length : cut + 1;
    for (const [, hex = '', name = ''] of lines.slice(begin, end).matchAll(LINE)) {
      const address = Number.parseInt(hex, 16);
      if (address > 0) found.push({ address, name });
    }
    begin = end;
    await setImmediate();
  }
  found.sort((a, b) => a.address - b.address);
  return { addresses: Float64Array.from(found, ({ address }) => address), names: found.map(({ name }) => name) };
}

function find({ addresses, names }: SymbolTable, address: number): string | null {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((addresses[middle] ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const start = addresses[low - 1];
  const name = names[low - 1];
  if (start === undefined || name === undefined || address - start > MAX_FUNCTION_BYTES) return null;
  return address === start ? name : `${name}+0x${(address - start).toString(16)}`;
}
