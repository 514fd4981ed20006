import { useCallback, useEffect, useState } from 'react';
import { useLink } from './link';
import { pauseAfter } from './repeat';
import { callTool, failureOf, type ToolFailure } from './use-tool';
import { useVisible } from './visible';

export interface Repeated<Data> {
  /** The last that was got; kept while a later call fails, and then old. */
  data: Data | null;
  failure: ToolFailure | null;
  running: boolean;
  /** When the data came. */
  at_ms: number | null;
  askNow: () => void;
}

/**
 * Asks a tool again and again while the window can be seen. The next call begins when the one before has ended and the pause
 * is over, so that a slow host is never asked twice at once.
 * @param input compared by value; null: do not ask now
 */
export function useRepeatedTool<Data>(tool: string, input: object | null, everyMs: number): Repeated<Data> {
  const [state, setState] = useState<Omit<Repeated<Data>, 'askNow'>>({ data: null, failure: null, running: true, at_ms: null });
  const [asked, setAsked] = useState(0);
  const visible = useVisible();
  const linked = useLink(link => link.state === 'open');
  const key = input === null ? null : JSON.stringify(input);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked: the button begins anew
  useEffect(() => {
    if (!visible || !linked || key === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      setState(before => ({ ...before, running: true }));
      const reply = await callTool<Data>(tool, JSON.parse(key), abort.signal);
      if (abort.signal.aborted) return;
      if (reply.success) setState({ data: reply.data, failure: null, running: false, at_ms: Date.now() });
      else setState(before => ({ ...before, failure: failureOf(reply), running: false }));
      const pause = pauseAfter(reply, everyMs);
      if (pause !== null) timer = setTimeout(() => void ask(), pause);
    };
    void ask();
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [tool, key, everyMs, visible, linked, asked]);
  return { ...state, askNow: useCallback(() => setAsked(count => count + 1), []) };
}
