import type { InterfaceList } from '@shared/model/interface';
import type { Host } from '../hosts/host';

/** Interfaces of a host as they are now. */
export interface InterfaceService {
  list(host: Host, signal?: AbortSignal): Promise<InterfaceList>;
}
