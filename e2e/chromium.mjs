/** Debian's Chromium, or another one. */
export const CHROMIUM = process.env.NETSONDE_CHROMIUM ?? '/usr/bin/chromium';

/** Without its own network traffic, which would be measured as the user's. @type {string[]} */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
