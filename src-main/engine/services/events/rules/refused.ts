import { repeatedFailures } from './repeated-failures';
import { THRESHOLDS } from './thresholds';

/** Nothing listens there, or a firewall rejects. */
export const refused = repeatedFailures('refused', new Set(['ECONNREFUSED']), THRESHOLDS.refused);
