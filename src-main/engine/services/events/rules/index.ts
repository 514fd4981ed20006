import { beaconing } from './beaconing';
import { burst } from './burst';
import { fanOut } from './fan-out';
import { newDestinations } from './new-destinations';
import { portScanIn } from './port-scan-in';
import { portScanOut } from './port-scan-out';
import { refused } from './refused';
import { retransmissions } from './retransmissions';
import type { Rule } from './rule';
import { slowHandshakes } from './slow-handshakes';
import { timedOut } from './timed-out';
import { unreachable } from './unreachable';

/** Every rule, most urgent first. A rule is a file beside this one and a line here. */
export const rules: readonly Rule[] = [
  portScanIn,
  portScanOut,
  timedOut,
  refused,
  unreachable,
  retransmissions,
  slowHandshakes,
  burst,
  fanOut,
  beaconing,
  newDestinations,
];
