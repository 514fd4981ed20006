import type { Tool } from '../tool';
import { getInterfaceTraffic } from './get-interface-traffic';
import { listNetworkInterfaces } from './list-network-interfaces';

/** Every tool, in the order they are listed. A tool is a file beside this one and a line here. */
export const tools: readonly Tool[] = [listNetworkInterfaces, getInterfaceTraffic];
