import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Language } from '@shared/text/index';
import type { Access, Visitor } from './guard';

/** One request that passed the middleware. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  visitor: Visitor;
  /** Parsed and within the limits; undefined where the method has none. */
  body: unknown;
  language: Language;
  /** Aborts when the response has ended or can reach nobody any more. */
  signal: AbortSignal;
}

export interface Route {
  methods: readonly string[];
  access: Access;
  /** POST bodies are JSON where this says so; else a body is not read. */
  body?: 'json';
  handle(exchange: Exchange): void | Promise<void>;
}
