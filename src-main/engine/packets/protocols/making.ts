import type { Ends } from '../piece';
import type { Protocol } from '../protocol-names';
import type { ApplicationRows } from './rows';

export type Count = (protocol: Protocol, frame: number) => void;

/** What a reader of a flow is made of. */
export interface Making {
  ends: Ends;
  rows: ApplicationRows;
  count: Count;
}
