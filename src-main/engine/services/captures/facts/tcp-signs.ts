import type { TcpSigns } from '../../../detectors/flow-facts';
import type { TcpFlow } from '../../../packets/flows';
import { countMarks, MARK } from '../../../packets/marks';
import type { TcpView } from './tcp-facts';

const SLOW_NS = 100e6;
const USUAL_MSS = 1_400;
const ETHERNET_PAYLOAD = 1_460;
const MANY_FINS = 3;

type Lists = { [Sign in keyof TcpSigns]: TcpSigns[Sign] extends number ? number : TcpView[] };

/** Sorts flows by what they show, by numbers alone: it runs for every flow of a capture. */
export class SignLists implements Lists {
  readonly flagged: TcpView[] = [];
  readonly reset: TcpView[] = [];
  readonly transfers: TcpView[] = [];
  readonly attempted: TcpView[] = [];
  readonly notOpened: TcpView[] = [];
  readonly openedAgain: TcpView[] = [];
  readonly slow: TcpView[] = [];
  readonly options: TcpView[] = [];
  readonly halfClosed: TcpView[] = [];
  readonly reusedPorts: TcpView[] = [];
  readonly pauses: TcpView[] = [];
  readonly large: TcpView[] = [];
  readonly oneWay: TcpView[] = [];
  withData = 0;

  add(flow: TcpFlow, view: TcpView): void {
    const [a, b] = flow.sides;
    const { track } = flow;
    if (flow.notes !== null || (track?.sides[0].trouble?.twice ?? 0) + (track?.sides[1].trouble?.twice ?? 0) > 0)
      this.flagged.push(view);
    if (a.resets + b.resets > 0) this.reset.push(view);
    const syns = countMarks(flow.marks, MARK.syn);
    const synAcks = countMarks(flow.marks, MARK.synAck);
    if (syns > 0) {
      this.attempted.push(view);
      if (synAcks === 0) this.notOpened.push(view);
      else {
        if (syns > 1 || synAcks > 1) this.openedAgain.push(view);
        const isUsual =
          a.mss >= USUAL_MSS && b.mss >= USUAL_MSS && a.offeredScale < 0 === b.offeredScale < 0 && a.offersSack === b.offersSack;
        if (!isUsual) this.options.push(view);
      }
      if (flow.initialRtt > SLOW_NS) this.slow.push(view);
    }
    if (a.fins > 0 !== b.fins > 0 || a.fins >= MANY_FINS || b.fins >= MANY_FINS) this.halfClosed.push(view);
    if (flow.reusedPorts) this.reusedPorts.push(view);
    if (a.payload + b.payload > 0) {
      this.withData++;
      if (a.packets === 0 || b.packets === 0) this.oneWay.push(view);
    }
    if (track === null) return;
    const [trackA, trackB] = track.sides;
    if (trackA.bulk !== null || trackB.bulk !== null) this.transfers.push(view);
    if (trackA.pauses !== null || trackB.pauses !== null) this.pauses.push(view);
    const limit = (mss: number): number => (mss > 0 ? Math.min(mss, ETHERNET_PAYLOAD) : ETHERNET_PAYLOAD);
    if (trackA.maxLength > limit(b.mss) || trackB.maxLength > limit(a.mss)) this.large.push(view);
  }
}
