/** Numbers for people: three significant digits, a unit that stays put, the exact value beside it. */

export interface Quantity {
  number: string;
  unit: string;
  /** Whole value with its base unit, for hover and copies. */
  exact: string;
  zero: boolean;
}

export type RateUnit = 'bit' | 'byte';

const NARROW_SPACE = '\u202f';
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;
/** How long a value keeps its prefix after it could change it. */
const HOLD_MS = 5_000;

/** 48211 → 48 211, with narrow no-break spaces. */
export function groupDigits(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Three significant digits for what is below 1000; two decimals below 10. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  // The limits are where rounding would add a digit: 9.996 is 10.0, not 10.00.
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return groupDigits(Math.round(value));
}

/** The power of 1000 a value is shown with: 999 600 is 1.00 M, not 1000 k. */
export function naturalPrefix(value: number): number {
  let power = 0;
  let rest = Math.abs(value);
  while (rest >= 999.5 && power < PREFIXES.length - 1) {
    rest /= 1000;
    power += 1;
  }
  return power;
}

/**
 * Keeps a value's prefix for 5 s after it could change it, so that 999 kbit/s and 1.00 Mbit/s do not alternate.
 * A value that would be unreadable with the old prefix (below 0.1, or five digits) changes at once.
 */
export class PrefixHold {
  #power: number | undefined;
  #differsSinceMs: number | undefined;
  #wasZero = false;

  /** @param nowMs of any clock that does not go back */
  pick(value: number, nowMs: number): number {
    const natural = naturalPrefix(value);
    // A zero keeps the unit it stands with, and holds back nothing that comes after it.
    const held = this.#wasZero && value !== 0 ? undefined : this.#power;
    this.#wasZero = value === 0;
    if (held === undefined || natural === held || value === 0) {
      this.#power = held !== undefined && value === 0 ? held : natural;
      this.#differsSinceMs = undefined;
      return this.#power;
    }
    const shown = Math.abs(value) / 1000 ** held;
    this.#differsSinceMs ??= nowMs;
    if (shown < 0.1 || shown >= 9999.5 || nowMs - this.#differsSinceMs >= HOLD_MS) {
      this.#power = natural;
      this.#differsSinceMs = undefined;
    }
    return this.#power ?? natural;
  }
}

function scaled(value: number, unit: string, power: number): Quantity {
  const exact = `${groupDigits(Math.round(value))} ${unit}`;
  if (value === 0) return { number: '0', unit: `${PREFIXES[power] ?? ''}${unit}`, exact, zero: true };
  // Below a thousand of the base unit there is nothing smaller to tell: 412 bit/s, not 412.00.
  const number = power === 0 ? groupDigits(Math.round(value)) : threeDigits(value / 1000 ** power);
  return { number, unit: `${PREFIXES[power] ?? ''}${unit}`, exact, zero: false };
}

/** @param bps bit/s; shown as bit/s or B/s, powers of 1000 */
export function formatRate(bps: number, unit: RateUnit, power?: number): Quantity {
  const value = unit === 'bit' ? bps : bps / 8;
  return scaled(value, unit === 'bit' ? 'bit/s' : 'B/s', power ?? naturalPrefix(value));
}

export function formatBytes(bytes: number): Quantity {
  return scaled(bytes, 'B', naturalPrefix(bytes));
}

/** Counts up to 99 999 are whole, above that 1.24 M. */
export function formatCount(count: number): string {
  if (Math.abs(count) < 100_000) return groupDigits(Math.round(count));
  const power = naturalPrefix(count);
  return `${threeDigits(count / 1000 ** power)}${NARROW_SPACE}${PREFIXES[power]}`;
}

/** @param share 0 to 1 */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  return `${percent.toFixed(percent >= 99.95 ? 0 : 1)} %`;
}

export function formatMilliseconds(ms: number): string {
  return ms >= 10_000 ? `${threeDigits(ms / 1000)} s` : `${threeDigits(ms)} ms`;
}

/** Two parts without spaces between number and unit: 2h 14m, 6d 02h, 52s. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    `${big}${bigUnit} ${String(small).padStart(2, '0')}${smallUnit}`;
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'm', whole % 60, 's');
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'm');
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

/** 14:07:32 in the reader's zone. */
export function formatClock(atMs: number, withMilliseconds = false): string {
  const at = new Date(atMs);
  const part = (value: number, width = 2): string => String(value).padStart(width, '0');
  const clock = `${part(at.getHours())}:${part(at.getMinutes())}:${part(at.getSeconds())}`;
  return withMilliseconds ? `${clock}.${part(at.getMilliseconds(), 3)}` : clock;
}

/** 2026-11-21 14:07:32 in the reader's zone. */
export function formatSecond(atMs: number): string {
  return formatIso(atMs).slice(0, 19).replace('T', ' ');
}

/** ISO time with the reader's offset, for hover and copies: 2026-11-21T14:07:32.120+01:00. */
export function formatIso(atMs: number): string {
  const offsetMinutes = -new Date(atMs).getTimezoneOffset();
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** An IPv6 address shortened in its middle: 2001:db8:4:0:1:2:3:9a1 → 2001:db8:4:…:9a1. Others stay whole. */
export function shortenAddress(address: string, limit = 20): string {
  if (!address.includes(':') || address.length <= limit) return address;
  const groups = address.split(':');
  const last = groups.at(-1) || groups.at(-2) || '';
  let head = groups[0] ?? '';
  for (const group of groups.slice(1, -1)) {
    const longer = `${head}:${group}`;
    if (`${longer}:…:${last}`.length > limit) break;
    head = longer;
  }
  return `${head}:…:${last}`;
}

/** address:port, IPv6 in brackets; never shortened at the port. A port that is null is *. */
export function formatEndpoint(address: string, port: number | null, shorten = true): string {
  const shown = shorten ? shortenAddress(address) : address;
  return `${address.includes(':') ? `[${shown}]` : shown}:${port ?? '*'}`;
}
