import { repeatedFailures } from './repeated-failures';
import { THRESHOLDS } from './thresholds';

/** No answer at all: a firewall drops, or the host is off behind a router. */
export const timedOut = repeatedFailures('timed_out', new Set(['ETIMEDOUT']), THRESHOLDS.timed_out);
