import type { Progress, StreamMap } from '@shared/bridge';
import type { InterfaceTraffic } from '@shared/model/traffic';
import type { Host } from '../hosts/host';
import type { Stop } from './stream';

/** Rates of interfaces: the live window of this machine, and one measurement of any host. */
export interface TrafficService {
  /** @throws NetsondeError not_found when the interface does not exist there */
  measure(host: Host, iface: string, sampleSeconds: number, options: { signal: AbortSignal; progress: (progress: Progress) => void }): Promise<InterfaceTraffic>;
  samples(params: StreamMap['interface_sample']['params'], onEvent: (event: StreamMap['interface_sample']['event']) => void): Stop;
}
