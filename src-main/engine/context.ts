import type { StreamMap, StreamName } from '@shared/bridge';
import type { HelperInstaller } from '../helper/elevate';
import type { HostStore } from './hosts/host-store';
import type { Hosts } from './hosts/hosts';
import type { AddressService } from './services/addresses';
import type { CaptureService } from './services/captures/captures';
import type { Uploads } from './services/captures/uploads';
import type { ConnectionService } from './services/connections';
import type { EventService } from './services/events/event-service';
import type { InterfaceSamples } from './services/interface-samples';
import type { InterfaceService } from './services/interfaces';
import type { PacketRateService } from './services/packet-rates';
import type { PortService } from './services/ports';
import type { SettingsService } from './services/settings';
import type { StatusService } from './services/status';
import type { Stop } from './services/stream';
import type { TokenService } from './services/tokens';
import type { TrafficService } from './services/traffic';
import type { McpTest } from './tools/test-mcp';

/** What a tool may use. Built once by create-engine.ts; a new service is a line here and a line there. */
export interface ToolContext {
  hosts: Hosts;
  /** The profiles, keys and secrets of remote hosts. */
  hostStore: HostStore;
  interfaces: InterfaceService;
  samples: InterfaceSamples;
  traffic: TrafficService;
  connections: ConnectionService;
  ports: PortService;
  packetRates: PacketRateService;
  events: EventService;
  captures: CaptureService;
  uploads: Uploads;
  addresses: AddressService;
  status: StatusService;
  settings: SettingsService;
  tokens: TokenService;
  /** Installs the helper with an administrator's rights; null where nobody could be asked (headless). */
  installer: HelperInstaller | null;
  /** Connects to the own MCP endpoint; null where none is served. */
  testMcp: (signal: AbortSignal) => Promise<McpTest | null>;
}

/** How a service offers a stream: begin with a snapshot, then changes. */
export type StreamSources = {
  [Name in StreamName]?: (params: StreamMap[Name]['params'], onEvent: (event: StreamMap[Name]['event']) => void) => Stop;
};
