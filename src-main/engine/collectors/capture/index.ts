import { helperCapture } from './helper';
import { dumpcap, tcpdump } from './programs';

/** Best first: tcpdump hands packets over as they come, dumpcap keeps the last of them in its ring when it is stopped. */
export const captureBackends = [helperCapture, tcpdump, dumpcap];
