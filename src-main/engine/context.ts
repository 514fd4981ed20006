import type { StreamMap, StreamName } from '@shared/bridge';
import type { Hosts } from './hosts/hosts';
import type { Stop } from './services/stream';
import type { InterfaceSamples } from './services/interface-samples';
import type { InterfaceService } from './services/interfaces';
import type { TrafficService } from './services/traffic';

/** What a tool may use. Built once by create-engine.ts; a new service is a line here and a line there. */
export interface ToolContext {
  hosts: Hosts;
  interfaces: InterfaceService;
  samples: InterfaceSamples;
  traffic: TrafficService;
}

/** How a service offers a stream: begin with a snapshot, then changes. */
export type StreamSources = {
  [Name in StreamName]?: (params: StreamMap[Name]['params'], onEvent: (event: StreamMap[Name]['event']) => void) => Stop;
};
