import type { CaptureStatus } from '@shared/model/capture';
import { type Text, text } from '@shared/text/index';

/** One sentence about a capture. */
export function describeStatus(status: Omit<CaptureStatus, 'source'> & { again?: boolean }): Text {
  const { target, current_packet_count: count, remaining_s, problem, stop_reason } = status;
  const params = { target: JSON.stringify(target), count };
  if (status.is_capturing) {
    return status.is_armed
      ? text('captures.armed', { trigger: status.trigger ?? '' })
      : text('captures.running', { ...params, remaining: Math.ceil(remaining_s) });
  }
  if (status.status === 'failed') return text('captures.failed', { ...params, why: problem ?? '' });
  if (problem !== null) return text('captures.ended_early', { ...params, why: problem });
  if (stop_reason === 'duration') return text('captures.completed', params);
  if (stop_reason === 'limit' || stop_reason === 'disk_full') return text('captures.ended_limit', params);
  return text(status.again ? 'captures.stopped_before' : 'captures.stopped', params);
}
