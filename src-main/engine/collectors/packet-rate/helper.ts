import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import { type CountOptions, countPackets, type RateMethod } from '../../../helper/packet-rate';
import type { Host } from '../../hosts/host';
import { helperOf } from '../helper-session';

export interface KernelCount {
  packets: number;
  /** With the link header, but for the method cgroup. */
  bytes: number;
  /** By the kernel's clock. */
  seconds: number;
  method: RateMethod;
}

/**
 * Packets of one interface, counted one by one in the kernel until `until` resolves.
 * @throws NetsondeError unsupported or permission_denied where no program can count, helper_lost, or the signal's reason
 */
export async function countInKernel(
  host: Host,
  ifindex: number | null,
  options: Omit<CountOptions, 'ifindex'>,
): Promise<KernelCount> {
  await helperOf(host); // says why there is none
  const place = host.helper?.place();
  if (!place || ifindex === null) throw new NetsondeError('unsupported', text('helper.not_started'));
  const { method, first, last } = await countPackets(place, { ...options, ifindex });
  return {
    packets: last.packets - first.packets,
    bytes: last.bytes - first.bytes,
    seconds: (last.at_ns - first.at_ns) / 1e9,
    method,
  };
}
