import { helperCapture } from './helper';
import { dumpcap, tcpdump } from './programs';

/** Best first. */
export const captureBackends = [helperCapture, dumpcap, tcpdump];
