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
  Server,
  SlidersHorizontal,
} from 'lucide-react';
import type { UiKey } from '../i18n';
import { type LoadedPage, loadPage } from './load-page';

/** Streams that more than one page reads; the frame listens to them for the page that is shown. */
export type Feed = 'interfaces' | 'sockets';

export interface PageEntry extends LoadedPage {
  id: string;
  title: UiKey;
  icon: LucideIcon;
  /** g, then this letter; a page under another has none. */
  letter: string | null;
  /** Reached from that page, which the rail shows as the current one. */
  under?: string;
  feeds: readonly Feed[];
  /** At the foot of the rail. */
  last?: boolean;
  /** What it shows of a remote host. Without one it shows this machine only, and says so. */
  remote?: LoadedPage;
  /** About no machine, or about all of them: has nothing to say when a remote host is chosen. */
  anyHost?: boolean;
}

/** The rail, from top to bottom. A new page is a folder and a line here. */
export const PAGES: readonly PageEntry[] = [
  {
    id: 'overview',
    title: 'page.overview',
    icon: LayoutDashboard,
    letter: 'o',
    feeds: ['interfaces', 'sockets'],
    ...loadPage(() => import('../pages/overview/OverviewPage').then(page => page.OverviewPage)),
  },
  {
    id: 'traffic',
    title: 'page.traffic',
    icon: Activity,
    letter: 't',
    feeds: ['interfaces'],
    ...loadPage(() => import('../pages/traffic/TrafficPage').then(page => page.TrafficPage)),
    remote: loadPage(() => import('../pages/remote/RemoteTraffic').then(page => page.RemoteTraffic)),
  },
  {
    id: 'connections',
    title: 'page.connections',
    icon: Cable,
    letter: 'c',
    feeds: ['sockets'],
    ...loadPage(() => import('../pages/connections/ConnectionsPage').then(page => page.ConnectionsPage)),
    remote: loadPage(() => import('../pages/remote/RemoteConnections').then(page => page.RemoteConnections)),
  },
  {
    id: 'ports',
    title: 'page.ports',
    icon: Plug,
    letter: 'p',
    feeds: ['sockets'],
    ...loadPage(() => import('../pages/ports/PortsPage').then(page => page.PortsPage)),
    remote: loadPage(() => import('../pages/remote/RemotePorts').then(page => page.RemotePorts)),
  },
  {
    id: 'events',
    title: 'page.events',
    icon: List,
    letter: 'e',
    feeds: [],
    ...loadPage(() => import('../pages/events/EventsPage').then(page => page.EventsPage)),
  },
  {
    id: 'drops',
    title: 'page.drops',
    icon: PackageX,
    letter: 'd',
    feeds: [],
    ...loadPage(() => import('../pages/drops/DropsPage').then(page => page.DropsPage)),
  },
  {
    id: 'process',
    title: 'page.process',
    icon: Cpu,
    letter: 'x',
    feeds: ['sockets'],
    ...loadPage(() => import('../pages/process/ProcessPage').then(page => page.ProcessPage)),
  },
  {
    id: 'captures',
    title: 'page.captures',
    icon: CircleDot,
    letter: 'k',
    feeds: ['interfaces'],
    anyHost: true,
    ...loadPage(() => import('../pages/captures/CapturesPage').then(page => page.CapturesPage)),
  },
  {
    id: 'report',
    title: 'page.report',
    icon: FileSearch,
    letter: null,
    under: 'captures',
    feeds: [],
    anyHost: true,
    ...loadPage(() => import('../pages/report/ReportPage').then(page => page.ReportPage)),
  },
  {
    id: 'hosts',
    title: 'page.hosts',
    icon: Server,
    letter: 'h',
    feeds: [],
    anyHost: true,
    ...loadPage(() => import('../pages/hosts/HostsPage').then(page => page.HostsPage)),
  },
  {
    id: 'settings',
    title: 'page.settings',
    icon: SlidersHorizontal,
    letter: 's',
    feeds: [],
    last: true,
    ...loadPage(() => import('../pages/settings/SettingsPage').then(page => page.SettingsPage)),
  },
];

/** What stands in the rail and is reached by keys. */
export const RAIL_PAGES = PAGES.filter((page): page is PageEntry & { letter: string } => page.letter !== null);
