import type { Backend } from '../backend';
import { ip } from './ip';
import type { NetworkLink } from './network-link';
import { sysfs } from './sysfs';

/** Ways to list interfaces, best first. */
export const interfaceBackends: readonly Backend<void, NetworkLink>[] = [ip, sysfs];
