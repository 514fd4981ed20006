import type { StreamMap } from '@shared/bridge';
import type { InterfaceList } from '@shared/model/interface';
import { useEffect } from 'react';
import { useLanguage } from '../i18n';
import { useCaptures } from '../store/captures';
import { useHosts } from '../store/hosts';
import { useInterfaces } from '../store/interfaces';
import { useLink } from '../store/link';
import { useSettings } from '../store/settings';
import { useSockets } from '../store/sockets';
import { useStatus } from '../store/status';
import { useStream } from '../store/use-stream';
import { callTool } from '../store/use-tool';
import { useVisible } from '../store/visible';
import { type Feed, PAGES } from './pages';
import { useHost, usePage } from './router';

const EVERY = { interface: null };
const NOTHING: Record<string, never> = {};
const NO_FEEDS: readonly Feed[] = [];
const HOSTS_EVERY_MS = 3_000;
const LIST_EVERY_MS = 10_000;
const BEAT_MS = 1_000;
const receiveCounts = ({ counts }: StreamMap['socket_counts']['event']): void => useSockets.getState().receiveCounts(counts);

/** Fills the stores for the page that is shown. A hidden window keeps status and settings alone. */
export function Feeds() {
  const page = usePage();
  const language = useLanguage();
  const visible = useVisible();
  const linked = useLink(link => link.state === 'open');
  const host = useHost();
  const shown = PAGES.find(({ id }) => id === page);
  // The streams are of this machine: a page that shows another one reads none of them.
  const feeds = shown && !(host !== null && shown.remote) ? shown.feeds : NO_FEEDS;
  const watchesHosts = host !== null || page === 'hosts';
  const wantsInterfaces = feeds.includes('interfaces');
  const wantsSockets = feeds.includes('sockets');

  useStream('status', { language }, useStatus.getState().receive);
  useStream('settings', NOTHING, useSettings.getState().receive, { whileHidden: true });
  useStream('captures', { language }, useCaptures.getState().receive);
  useStream('interface_sample', wantsInterfaces ? EVERY : null, useInterfaces.getState().receive);
  useStream('socket_table', wantsSockets ? { language } : null, useSockets.getState().receive);
  useStream('socket_counts', wantsSockets ? NOTHING : null, receiveCounts);

  useEffect(() => {
    if (!visible || !wantsSockets || !linked) return;
    const timer = setInterval(() => useSockets.getState().beat(Date.now()), BEAT_MS);
    return () => clearInterval(timer);
  }, [visible, wantsSockets, linked]);

  useEffect(() => {
    if (!visible || !linked) return;
    const abort = new AbortController();
    const ask = (): void => void useHosts.getState().refresh(abort.signal);
    ask();
    const timer = watchesHosts ? setInterval(ask, HOSTS_EVERY_MS) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [visible, linked, watchesHosts]);

  useEffect(() => {
    if (!visible || !wantsInterfaces || !linked) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      const reply = await callTool<InterfaceList>('list_network_interfaces', {}, abort.signal);
      if (reply.success) useInterfaces.getState().receiveList(reply.data);
    };
    void ask();
    const timer = setInterval(() => void ask(), LIST_EVERY_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [visible, wantsInterfaces, linked]);
  return null;
}
