import { readFileSync } from 'node:fs';

/** Names of places in the kernel. */
export interface KernelSymbols {
  /** `nf_hook_slow+0xb8` for the lower 48 bits of an address; null when names may not be read or nothing is there. */
  name(address: number): string | null;
  /** True when the kernel hides its addresses from this process. */
  readonly hidden: boolean;
}

/** A function further away than this does not hold the address. */
const MAX_FUNCTION_BYTES = 0x40000;
/** `ffffffff81000000 T _stext`: text symbols only. */
const LINE = /^[0-9a-f]*?([0-9a-f]{1,12}) [tTwW] (\S+)/gm;

/** Reads /proc/kallsyms once, at the first question: 60 ms and 8 MB. Modules that are loaded later have no names. */
export function createKernelSymbols(file = '/proc/kallsyms'): KernelSymbols {
  let table: SymbolTable | undefined;
  const known = new Map<number, string | null>();
  const open = (): SymbolTable => (table ??= readTable(file));
  return {
    name(address) {
      const before = known.get(address);
      if (before !== undefined) return before;
      const name = find(open(), address);
      if (known.size < 4_096) known.set(address, name);
      return name;
    },
    get hidden() {
      return open().addresses.length === 0;
    },
  };
}

interface SymbolTable {
  /** Ascending. */
  addresses: Float64Array;
  names: string[];
}

function readTable(file: string): SymbolTable {
  let lines: string;
  try {
    lines = readFileSync(file, 'latin1');
  } catch {
    return { addresses: new Float64Array(), names: [] }; // not ours to read: the location stays unknown, which the answer says
  }
  const found: { address: number; name: string }[] = [];
  for (const [, hex = '', name = ''] of lines.matchAll(LINE)) {
    const address = Number.parseInt(hex, 16);
    if (address > 0) found.push({ address, name });
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
