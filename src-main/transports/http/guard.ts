import type { IncomingMessage } from 'node:http';
import { NetsondeError } from '@shared/errors';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, text } from '@shared/text/index';
import type { TokenService } from '../../engine/services/tokens';
import type { Caller } from '../../engine/tool';
import type { BrowserSessions } from './browser-sessions';

/** Who may use a route: everybody, a browser that signed in or a token, a token only, or (`--rest-open`) also nobody in particular. */
export type Access = 'public' | 'page' | 'token' | 'open';

/** Whoever sends a request, once it is known. */
export interface Visitor {
  /** Of the token; "interface" for a browser that signed in. */
  id: string;
  scopes: ReadonlySet<Scope>;
  /**
   * A browser that signed in with the link, or the command line: may do what the pages may. No token alone is the user, the
   * main one neither: agents are given it.
   */
  isUser: boolean;
}

export interface GuardOptions {
  /** Addresses that stand in the listener's own URLs; IPv6 without brackets. */
  addresses: readonly string[];
  port: number;
  tokens: TokenService;
  browsers: BrowserSessions;
}

/** The checks before any handler or SDK code, in the order of threat-model section 4; for requests and for upgrades. */
export interface Guard {
  /** 2 and 3: Host, then Origin. @throws NetsondeError forbidden */
  checkSender(request: IncomingMessage, options?: { originRequired?: boolean }): void;
  /** 4: cookie or token. @throws NetsondeError unauthorized */
  identify(request: IncomingMessage, access: Access): Visitor;
  /** The sign-in link: a fitting main token gives the Set-Cookie header. @throws NetsondeError unauthorized */
  signIn(token: string): string;
  /** Whether the visitor's token or session is still good: long-lived connections ask again when tokens change. */
  stillWelcome(request: IncomingMessage, access: Access): boolean;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;
const DEFAULT_HTTP_PORT = 80;
/**
 * By it the command line says that it speaks for the user, as a browser does that signed in. It needs the main token, which
 * could sign in as well; an agent that is talked into something chooses tools and arguments, but no headers.
 */
export const AS_USER_HEADER = 'netsonde-as-user';
const NOBODY: Visitor = { id: 'nobody', scopes: new Set<Scope>(['read']), isUser: false };
const USER: Visitor = { id: 'interface', scopes: new Set<Scope>(SCOPES), isUser: true };

export function createGuard({ addresses, port, tokens, browsers }: GuardOptions): Guard {
  const names = [...new Set([...LOOPBACK, ...addresses])].map(address =>
    address.includes(':') ? `[${address}]` : address.toLowerCase(),
  );
  const hosts = new Set(names.flatMap(name => (port === DEFAULT_HTTP_PORT ? [name, `${name}:${port}`] : [`${name}:${port}`])));
  const origins = new Set(names.map(name => new URL(`http://${name}:${port}`).origin));
  // Cookies know no ports: without it in the name two servers of one machine would overwrite each other's.
  const cookieName = `netsonde_${port}`;

  const identify = (request: IncomingMessage, access: Access): Visitor => {
    if (access === 'public') return NOBODY;
    const bearer = bearerOf(request);
    if (bearer !== null) {
      const owner = tokens.verify(bearer);
      if (owner?.primary && access === 'page' && request.headers[AS_USER_HEADER] !== undefined) return USER;
      if (owner) return { id: owner.id, scopes: owner.scopes, isUser: false };
      throw new NetsondeError('unauthorized', text('server.token_wrong'), { hint: text('server.token_hint') });
    }
    if (access === 'page') {
      const session = cookieOf(request, cookieName);
      if (session !== null && browsers.has(session)) return USER;
      throw new NetsondeError('unauthorized', text('server.sign_in'), { hint: text('server.sign_in_hint') });
    }
    if (access === 'open') return NOBODY;
    throw new NetsondeError('unauthorized', text('server.token_missing'), { hint: text('server.token_hint') });
  };

  return {
    checkSender(request, { originRequired = false } = {}) {
      const host = request.headersDistinct.host ?? [];
      const [onlyHost = ''] = host;
      if (host.length !== 1 || !hosts.has(onlyHost.toLowerCase()))
        throw new NetsondeError('forbidden', text('server.host_refused'), { hint: text('server.host_hint', { port }) });
      const { origin } = request.headers;
      if (origin === undefined && !originRequired) return;
      if (origin === undefined || !isOneOf(origin, origins)) throw new NetsondeError('forbidden', text('server.origin_refused'));
    },
    identify,
    signIn(token) {
      if (!tokens.verify(token)?.primary)
        throw new NetsondeError('unauthorized', text('server.link_wrong'), { hint: text('server.sign_in_hint') });
      return `${cookieName}=${browsers.open()}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`;
    },
    stillWelcome(request, access) {
      try {
        identify(request, access);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** What a visitor is for the engine. Signed-in browsers reach the interface's own tools, over `/ws` only. */
export function callerOf(visitor: Visitor, door: Caller['door'], language: Language): Caller {
  return { id: visitor.id, door, scopes: visitor.scopes, language };
}

/** Whole origins are compared; `null`, paths, user names and other spellings are none of ours. */
function isOneOf(origin: string, origins: ReadonlySet<string>): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin && origins.has(origin);
}

function bearerOf(request: IncomingMessage): string | null {
  const given = request.headersDistinct.authorization ?? [];
  if (given.length === 0) return null;
  // A header that is there but is no Bearer token is a wrong token, not an absent one.
  return (given.length === 1 && BEARER.exec(given[0] ?? '')?.[1]) || '';
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}
