import type { PacketLine, SavedFile } from '@shared/model/capture';
import { CaptureAnalysis } from '../../packets/analysis';
import { packetLines } from '../../packets/packet-lines';
import { CaptureInput } from '../../packets/readers/capture-input';
import type { PacketSink } from '../../packets/readers/reader';
import { type KnownOwners, ownerIn } from './attribution';
import type { DetectOptions } from './detect';
import { fileFactsOf } from './file-facts';
import { judgedReport } from './judged-report';
import { LookupFilter } from './lookup-filter';
import { PacketRing } from './packet-ring';
import type { CaptureLosses } from './report';
import { SavedPackets, type SavePlan } from './saved-packets';
import type { WordedReport } from './worded-report';

export interface LiveSetup {
  losses: CaptureLosses;
  /** Where whole packets are kept; null: nowhere. */
  save: (SavePlan & { application: string; interface: string; filter: string }) | null;
  /** Seconds of packets that are kept while the capture waits for its trigger; 0: it does not wait. */
  ring_seconds: number;
  max_packets: number;
  /** The name it is for, and its addresses; null: every look-up belongs to it. */
  lookups: { name: string; addresses: readonly string[] } | null;
  /** What the packets do not say: whose addresses are here, who the router is, whether ports were asked for. */
  context: DetectOptions['context'];
}

/** The analysis of packets while they come. Payload goes through it and is kept nowhere, unless it is to be saved. */
export class LiveAnalysis implements PacketSink {
  readonly analysis = new CaptureAnalysis();
  readonly #input = new CaptureInput(this);
  readonly #setup: LiveSetup;
  readonly #lookups: LookupFilter | null;
  #ring: PacketRing | null;
  #saved: SavedPackets | null = null;
  #losses: CaptureLosses;
  /** Packets in the current and the last whole second of the capture's own clock, for triggers by rate. */
  #second = Number.NaN;
  #inSecond = 0;
  rate = 0;
  /** Why no further packet is taken. */
  ended: 'limit' | 'disk_full' | null = null;

  constructor(setup: LiveSetup) {
    this.#setup = setup;
    this.#losses = setup.losses;
    this.#lookups = setup.lookups && new LookupFilter(setup.lookups.name, setup.lookups.addresses);
    this.#ring = setup.ring_seconds > 0 ? new PacketRing(setup.ring_seconds) : null;
  }

  get isArmed(): boolean {
    return this.#ring !== null;
  }

  /** Packets analysed, or in the ring while it waits. */
  get packets(): number {
    return this.#ring?.packets ?? this.analysis.packets;
  }

  bytes(chunk: Uint8Array): void {
    if (this.ended === null) this.#input.push(chunk);
  }

  packet(bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number): void {
    if (this.#lookups?.keeps(bytes, start, end, length, seconds, nanos, linkType) === false) return;
    if (seconds !== this.#second) {
      this.rate = this.#inSecond;
      this.#second = seconds;
      this.#inSecond = 0;
    }
    this.#inSecond++;
    if (this.#ring) this.#ring.add(bytes, start, end, length, seconds, nanos, linkType);
    else this.#take(bytes, start, end, length, seconds, nanos, linkType);
  }

  /** The condition holds: what the ring kept is analysed, and all that comes. */
  trigger(): void {
    const ring = this.#ring;
    this.#ring = null;
    ring?.drain((...packet) => this.#take(...packet));
  }

  set losses(losses: CaptureLosses) {
    this.#losses = losses;
  }

  /** @param owners whose sockets the flows belong to, as far as it is known */
  report(partial: boolean, owners: KnownOwners = new Map()): WordedReport {
    // "No answer" needs to know that the capture went on: the clock of packets is that of this machine.
    this.analysis.watchedUntil(Date.now() / 1_000);
    const file = fileFactsOf(this.#input, '', 0);
    return judgedReport(this.analysis, {
      losses: this.#losses,
      link_type: file.link_type,
      damage: null,
      partial,
      other_lookups: this.#lookups?.leftOut ?? 0,
      context: this.#setup.context,
      processOf: ({ a, b }) => ownerIn(owners, { addr: a.ip, port: a.port }, { addr: b.ip, port: b.port }),
    });
  }

  packetsOf(stream: number): { lines: PacketLine[]; forgotten: number } {
    return { lines: packetLines(this.analysis, stream), forgotten: this.analysis.log.forgotten };
  }

  /** Where the packets are, oldest first. */
  get savedFiles(): SavedFile[] {
    return this.#saved?.files ?? [];
  }

  /** No packet follows. */
  end(): void {
    this.analysis.end();
    this.#saved?.close(this.#losses);
  }

  #take(bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number): void {
    if (this.ended !== null) return;
    this.analysis.packet(bytes, start, end, length, seconds, nanos, linkType);
    if (this.analysis.packets >= this.#setup.max_packets) this.ended = 'limit';
    const { save } = this.#setup;
    if (!save) return;
    this.#saved ??= new SavedPackets(save, { ...save, linkType, snaplen: this.#losses.snaplen ?? 0 });
    this.#saved.packet(bytes.subarray(start, end), length, seconds, nanos, this.#losses);
    this.ended ??= this.#saved.ended;
  }
}
