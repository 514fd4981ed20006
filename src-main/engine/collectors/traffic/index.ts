import type { Backend } from '../backend';
import type { Flow, FlowQuery } from './flow';
import { iftop } from './iftop';
import { nettop } from './nettop';

/** Programs that count bytes per connection, best first. Without one, the growth of tcp_info tells (services/flows.ts). */
export const flowBackends: readonly Backend<FlowQuery, Flow>[] = [iftop, nettop];
