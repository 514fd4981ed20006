import { eachRecord, PROCESS_BYTES, type ProcessRecord, readProcess } from '../../../helper/records';
import type { Host } from '../../hosts/host';
import { helperOf } from '../helper-session';

export interface ProcessBytes extends ProcessRecord {
  /** ms since 1970 */
  started_ms: number;
}

const TIMEOUT_MS = 5_000;
const NS_PER_MS = 1e6;

/**
 * Payload of every process that used a socket since the helper began.
 * @throws NetsondeError unsupported or permission_denied where there is no helper or it cannot count, helper_lost
 */
export async function readProcessBytes(host: Host): Promise<ProcessBytes[]> {
  const session = await helperOf(host);
  const records: ProcessRecord[] = [];
  await session.list(
    'processes',
    TIMEOUT_MS,
    eachRecord(PROCESS_BYTES, (bytes, at) => records.push(readProcess(bytes, at))),
  );
  const bootTimeNs = session.clock.real_ns - session.clock.boot_ns;
  return records.map(record => ({
    ...record,
    started_ms: Math.round((record.process_started_ns + bootTimeNs) / NS_PER_MS),
  }));
}
