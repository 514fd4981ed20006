import type { Ends } from '../piece';
import type { Protocol } from '../protocol-names';
import type { KeyLog } from './key-log';
import type { StreamReader } from './messages';
import type { ApplicationRows } from './rows';

export type Count = (protocol: Protocol, frame: number) => void;

/** What a reader of a flow is made of. */
export interface Making {
  ends: Ends;
  rows: ApplicationRows;
  count: Count;
  /** Secrets that stand in the capture file. */
  keys: KeyLog;
}

/** A reader that can say of what it was last given: this is not mine. */
export interface PortReader extends StreamReader {
  readonly rejected?: boolean;
}

export type Make = (making: Making) => PortReader;
