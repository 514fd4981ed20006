import type { Backend } from '../backend';
import type { CounterRow } from './counter-row';
import { netstatIb } from './netstat-ib';
import { procNetDev } from './proc-net-dev';

/** Ways to read the counters of every interface, best first. */
export const counterBackends: readonly Backend<void, CounterRow>[] = [procNetDev, netstatIb];
