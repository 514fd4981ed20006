import { repeatedFailures } from './repeated-failures';
import { THRESHOLDS } from './thresholds';

/** No route, or nobody with that address on the local network. */
export const unreachable = repeatedFailures(
  'unreachable',
  new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL']),
  THRESHOLDS.unreachable,
);
