import type { NetworkInterface } from '@shared/model/interface';

/** An interface as a backend sees it; which one is the default is found afterwards. */
export type NetworkLink = Omit<NetworkInterface, 'is_default'>;

/** What the person calls this kind of interface. */
export function kindOf(link: {
  loopback: boolean;
  wireless: boolean;
  infoKind?: string | undefined;
  linkType?: string | undefined;
}): string {
  if (link.loopback) return 'loopback';
  if (link.wireless) return 'wifi';
  if (link.infoKind) return link.infoKind;
  if (link.linkType === 'ether') return 'ethernet';
  return link.linkType || 'unknown';
}
