import type { InterfaceSample } from '@shared/model/interface';
import { type Language, text, translate } from '@shared/text/index';
import { formatRate } from '@shared/units';
import { Menu, nativeImage, Tray } from 'electron';
import type { Engine } from '../engine/create-engine';

export interface TrayOptions {
  engine: Engine;
  icon: string;
  language: Language;
  onOpen: () => void;
  onQuit: () => void;
}

/** Sum of the newest sample of every interface but loopback, in bit/s; null before the first one. */
export function presentRates(samples: readonly InterfaceSample[]): { rx: number; tx: number } | null {
  const newest = samples.at(-1)?.sequence;
  const now = samples.filter(sample => sample.sequence === newest && sample.interface !== 'lo' && sample.interface !== 'lo0');
  if (now.length === 0) return null;
  return {
    rx: now.reduce((sum, each) => sum + (each.rx_rate_bps ?? 0), 0),
    tx: now.reduce((sum, each) => sum + (each.tx_rate_bps ?? 0), 0),
  };
}

/** The present rate beside the clock. @returns removes it */
export function createTray({ engine, icon, language, onOpen, onQuit }: TrayOptions): () => void {
  const say = (...args: Parameters<typeof text>): string => translate(text(...args), language);
  const tray = new Tray(nativeImage.createFromPath(icon));
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: say('shell.open'), click: onOpen },
      { type: 'separator' },
      { label: say('shell.quit'), click: onQuit },
    ]),
  );
  tray.on('click', onOpen);
  const stop = engine.subscribe('interface_sample', { interface: null }, event => {
    const rates = presentRates((event as { samples: InterfaceSample[] }).samples); // the stream of that name carries these
    if (!rates) return;
    const [rx, tx] = [formatRate(rates.rx, 'bit'), formatRate(rates.tx, 'bit')];
    tray.setToolTip(`Netsonde  ↓ ${rx.number} ${rx.unit}  ↑ ${tx.number} ${tx.unit}`);
  });
  return () => {
    stop();
    tray.destroy();
  };
}
