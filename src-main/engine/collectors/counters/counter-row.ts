import type { InterfaceCounters } from '@shared/model/interface';

/** The counters of one interface at one reading. */
export interface CounterRow {
  name: string;
  /** Kernel index; null where the backend has none. */
  index: number | null;
  counters: InterfaceCounters;
}
