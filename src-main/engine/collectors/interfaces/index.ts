import type { Backend } from '../backend';
import { ifconfig, ifconfigMacos } from './ifconfig';
import { ip } from './ip';
import { ipText } from './ip-text';
import type { NetworkLink } from './network-link';
import { sysfs } from './sysfs';

/** Ways to list interfaces, best first. The last two of Linux are for hosts whose /sys is hidden (some containers). */
export const interfaceBackends: readonly Backend<void, NetworkLink>[] = [ip, sysfs, ipText, ifconfig, ifconfigMacos];
