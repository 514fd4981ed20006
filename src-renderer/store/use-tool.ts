import type { Progress, ToolReply } from '@shared/bridge';
import type { ErrorCode } from '@shared/errors';
import { useEffect, useRef, useState } from 'react';
import { client } from '../client';

export interface ToolFailure {
  code: ErrorCode;
  message: string;
  hint: string;
}

export type ToolState<Data> =
  | { state: 'idle' | 'running'; data: Data | null; failure: null }
  | { state: 'done'; data: Data; failure: null }
  | { state: 'failed'; data: Data | null; failure: ToolFailure };

/** Calls a tool once. @throws never: a failure is part of the reply */
export async function callTool<Data>(
  tool: string,
  input: unknown,
  signal?: AbortSignal,
  onProgress?: (progress: Progress) => void,
): Promise<ToolReply<Data>> {
  // The engine checks the output against the tool's schema before it leaves.
  return (await client().call(tool, input, { signal, onProgress })) as ToolReply<Data>;
}

export function failureOf(reply: ToolReply<unknown> & { success: false }): ToolFailure {
  return { code: reply.error.code, message: reply.message, hint: reply.error.hint };
}

/**
 * The answer of a tool to an input; a new input cancels the call before it and keeps the old answer until the new one is there.
 * @param input null: do not call now
 * @param delayMs waits so long for the input to rest
 * @param again changes to ask once more with the same input
 */
export function useTool<Data>(tool: string, input: object | null, { delayMs = 0, again = 0 } = {}): ToolState<Data> {
  const [state, setState] = useState<ToolState<Data>>({ state: 'idle', data: null, failure: null });
  const key = input === null ? null : JSON.stringify(input);
  const lastKey = useRef<string | null>(null);
  useEffect(() => {
    if (key === null) {
      setState({ state: 'idle', data: null, failure: null });
      return;
    }
    const abort = new AbortController();
    const sameQuestion = lastKey.current === key;
    lastKey.current = key;
    setState(({ data }) => ({ state: 'running', data: sameQuestion ? data : null, failure: null }));
    const timer = setTimeout(() => {
      void callTool<Data>(tool, JSON.parse(key), abort.signal).then(reply => {
        if (abort.signal.aborted) return;
        if (reply.success) setState({ state: 'done', data: reply.data, failure: null });
        else setState({ state: 'failed', data: null, failure: failureOf(reply) });
      });
    }, delayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [tool, key, delayMs, again]);
  return state;
}
