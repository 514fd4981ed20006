import {
  Activity,
  Cable,
  CircleDot,
  Cpu,
  FileSearch,
  LayoutDashboard,
  List,
  type LucideIcon,
  PackageX,
  Plug,
  SlidersHorizontal,
} from 'lucide-react';
import { type ComponentType, lazy } from 'react';
import type { UiKey } from '../i18n';

/** Streams that more than one page reads; the frame listens to them for the page that is shown. */
export type Feed = 'interfaces' | 'sockets';

export interface PageEntry {
  id: string;
  title: UiKey;
  icon: LucideIcon;
  /** g, then this letter; a page under another has none. */
  letter: string | null;
  /** Reached from that page, which the rail shows as the current one. */
  under?: string;
  feeds: readonly Feed[];
  component: ComponentType;
  /** At the foot of the rail. */
  last?: boolean;
}

/** A browser cancels what it is loading when the network changes, as it does with a cable or a VPN: then it is asked for once more. */
function orAgain<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  return load().catch(load);
}

/** The rail, from top to bottom. A new page is a folder and a line here. */
export const PAGES: readonly PageEntry[] = [
  {
    id: 'overview',
    title: 'page.overview',
    icon: LayoutDashboard,
    letter: 'o',
    feeds: ['interfaces', 'sockets'],
    component: lazy(() => orAgain(() => import('../pages/overview/OverviewPage').then(page => ({ default: page.OverviewPage })))),
  },
  {
    id: 'traffic',
    title: 'page.traffic',
    icon: Activity,
    letter: 't',
    feeds: ['interfaces'],
    component: lazy(() => orAgain(() => import('../pages/traffic/TrafficPage').then(page => ({ default: page.TrafficPage })))),
  },
  {
    id: 'connections',
    title: 'page.connections',
    icon: Cable,
    letter: 'c',
    feeds: ['sockets'],
    component: lazy(() =>
      orAgain(() => import('../pages/connections/ConnectionsPage').then(page => ({ default: page.ConnectionsPage }))),
    ),
  },
  {
    id: 'ports',
    title: 'page.ports',
    icon: Plug,
    letter: 'p',
    feeds: ['sockets'],
    component: lazy(() => orAgain(() => import('../pages/ports/PortsPage').then(page => ({ default: page.PortsPage })))),
  },
  {
    id: 'events',
    title: 'page.events',
    icon: List,
    letter: 'e',
    feeds: [],
    component: lazy(() => orAgain(() => import('../pages/events/EventsPage').then(page => ({ default: page.EventsPage })))),
  },
  {
    id: 'drops',
    title: 'page.drops',
    icon: PackageX,
    letter: 'd',
    feeds: [],
    component: lazy(() => orAgain(() => import('../pages/drops/DropsPage').then(page => ({ default: page.DropsPage })))),
  },
  {
    id: 'process',
    title: 'page.process',
    icon: Cpu,
    letter: 'x',
    feeds: ['sockets'],
    component: lazy(() => orAgain(() => import('../pages/process/ProcessPage').then(page => ({ default: page.ProcessPage })))),
  },
  {
    id: 'captures',
    title: 'page.captures',
    icon: CircleDot,
    letter: 'k',
    feeds: ['interfaces'],
    component: lazy(() => orAgain(() => import('../pages/captures/CapturesPage').then(page => ({ default: page.CapturesPage })))),
  },
  {
    id: 'report',
    title: 'page.report',
    icon: FileSearch,
    letter: null,
    under: 'captures',
    feeds: [],
    component: lazy(() => orAgain(() => import('../pages/report/ReportPage').then(page => ({ default: page.ReportPage })))),
  },
  {
    id: 'settings',
    title: 'page.settings',
    icon: SlidersHorizontal,
    letter: 's',
    feeds: [],
    last: true,
    component: lazy(() => orAgain(() => import('../pages/settings/SettingsPage').then(page => ({ default: page.SettingsPage })))),
  },
];

/** What stands in the rail and is reached by keys. */
export const RAIL_PAGES = PAGES.filter((page): page is PageEntry & { letter: string } => page.letter !== null);
