import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from './router';

/** Answers that are under way to the bearers of tokens, so that a token that is revoked takes them along. */
export interface OpenAnswers {
  watch(route: Route): Route;
  /** Cuts the connections of those who are welcome no more: that ends their calls and streams. */
  recheck(stillWelcome: (request: IncomingMessage) => boolean): void;
}

export function createOpenAnswers(): OpenAnswers {
  const open = new Map<ServerResponse, IncomingMessage>();
  return {
    watch: route => ({
      ...route,
      handle(exchange) {
        const { request, response } = exchange;
        open.set(response, request);
        response.once('close', () => open.delete(response));
        return route.handle(exchange);
      },
    }),
    recheck(stillWelcome) {
      for (const [response, request] of open) if (!stillWelcome(request)) response.destroy();
    },
  };
}
