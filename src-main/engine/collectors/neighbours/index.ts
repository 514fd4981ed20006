import type { Backend } from '../backend';
import { ipNeigh, type Neighbour } from './ip-neigh';
import { procNetArp } from './proc-net-arp';

/** Ways to read the neighbour table, best first. */
export const neighbourBackends: readonly Backend<void, Neighbour>[] = [ipNeigh, procNetArp];
