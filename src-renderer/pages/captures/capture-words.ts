import type { CaptureSummary } from '@shared/model/capture';
import type { FindingSeverity } from '@shared/model/finding';
import { formatShare } from '@shared/units';
import type { Severity } from '../../components/Verdict';
import type { Translate } from '../../i18n';

/** Reasons to end that nobody asked for. */
const EARLY = new Set(['interface_removed', 'helper_lost', 'ssh_lost', 'disk_full', 'client_gone']);

export function stateWords(t: Translate, capture: CaptureSummary): string {
  const { kind, status, is_armed, trigger, progress, stop_reason } = capture;
  if (kind === 'file')
    return status === 'running' ? t('capture.state_reading', { percent: formatShare(progress ?? 0) }) : t('capture.file');
  if (status === 'running') return is_armed ? t('capture.state_armed', { trigger: trigger ?? '' }) : t('capture.state_running');
  if (stop_reason !== null && EARLY.has(stop_reason)) return t('capture.state_early');
  return t(`capture.state_${status}`);
}

/** How bad it is, for the icon: without a finding a report that is there is good. */
export function severityOf(worst: FindingSeverity | null, isKnown: boolean): Severity {
  if (!isKnown) return 'unknown';
  if (worst === null) return 'good';
  return worst === 'info' ? 'good' : worst;
}

/** Seconds until it ends by itself. */
export function secondsLeft(
  { status, ends_at, is_armed }: Pick<CaptureSummary, 'status' | 'ends_at' | 'is_armed'>,
  now: number,
): number | null {
  if (status !== 'running' || ends_at === null || is_armed) return null;
  return Math.max(0, Math.ceil((Date.parse(ends_at) - now) / 1_000));
}

/** What a capture is called in titles and files; one of a remote host begins with it. */
export function captureName({ title, host, interface: iface }: Pick<CaptureSummary, 'title' | 'host' | 'interface'>): string {
  const name = iface === null ? title : `${title}, ${iface}`;
  return isElsewhere(host) ? `${host}: ${name}` : name;
}

/** Whether the packets are those of another machine than this one. */
export function isElsewhere(host: string | null | undefined): host is string {
  return host != null && host !== 'localhost';
}
