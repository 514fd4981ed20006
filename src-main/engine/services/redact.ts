/** What a secret's parameter is called; the value after it is not shown. */
const SECRET =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|private|secret|signing|encryption|master|account)[-_]?key|auth(?:orization)?|credentials?|bearer|session|cookie|sig(?:nature)?)$/i;
const HIDDEN = '***';

/** Programs whose single letters take a secret: `sshpass -p x`, `-px` for those that also take it attached. */
const SECRET_LETTERS: readonly [RegExp, letter: string, apart: boolean, attached: boolean][] = [
  [/^(?:mysql|mariadb)/, 'p', false, true],
  [/^sshpass$/, 'p', true, true],
  [/^redis-(?:cli|benchmark)$/, 'a', true, false],
  [/^mongo(?:sh|dump|restore|export|import)?$/, 'p', true, true],
  [/^ldap(?:search|add|modify|delete|whoami|passwd)$/, 'w', true, true],
  [/^mosquitto_(?:pub|sub|rr)$/, 'P', true, false],
];
/** Options that take `user:password`; two numbers are a user and a group. */
const LOGIN = /^(?:-u|-U|--user|--proxy-user|--login)$/;
const LOGIN_ATTACHED = /^(-u|-U|--user=|--proxy-user=|--login=)(?!-)([^:]*):(.+)$/s;
const IDS = /^\d+:\d+$/;

/**
 * A command line without secrets: the value of `--password x`, `--token=x`, `PASSWORD=x`, `-u name:x`, of the single letters
 * above, the password in a URL, and anything that looks like a key (JWT, sk-…, ghp_…, AKIA…, 32 hex digits and more).
 */
export function redactCommandLine(argv: readonly string[]): string {
  let next: 'shown' | 'secret' | 'login' = 'shown';
  let letters: (typeof SECRET_LETTERS)[number] | undefined;
  return argv
    .map(arg => {
      const kind = next;
      next = 'shown';
      if (kind === 'secret' && !/^--[a-z]/i.test(arg)) return HIDDEN;
      if (kind === 'login' && !arg.startsWith('-')) return redactLogin(arg);
      const option = /^(-{0,2}[\w.-]+)([=:])(.*)$/s.exec(arg);
      if (option?.[1] && SECRET.test(option[1])) return `${option[1]}${option[2]}${HIDDEN}`;
      const name = arg.slice(arg.lastIndexOf('/') + 1);
      letters = SECRET_LETTERS.find(([program]) => program.test(name)) ?? letters; // also behind sudo and env
      if (letters) {
        const [, letter, apart, attached] = letters;
        if (apart && arg === `-${letter}`) next = 'secret';
        if (attached && arg.startsWith(`-${letter}`) && arg.length > 2) return `-${letter}${HIDDEN}`;
      }
      if (LOGIN.test(arg)) next = 'login';
      const login = LOGIN_ATTACHED.exec(arg);
      if (login) return `${login[1]}${redactLogin(`${login[2]}:${login[3]}`)}`;
      if (/^--?[\w.-]+$/.test(arg) && SECRET.test(arg)) next = 'secret';
      return redactText(arg);
    })
    .join(' ');
}

function redactLogin(login: string): string {
  return IDS.test(login) ? login : redactText(login.replace(/:.*$/s, `:${HIDDEN}`));
}

function redactText(arg: string): string {
  return (
    arg
      // Up to the last @: a password may hold one, and a slash. What looks like a port is none.
      .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):(?!\d{1,5}(?:[/?#]|$))\S+@/gi, `$1:${HIDDEN}@`)
      .replace(/([?&;](?:[\w-]*(?:token|key|secret|password|passwd|pwd|sig|auth))=)[^&\s]+/gi, `$1${HIDDEN}`)
      .replace(/\b((?:authorization|x-api-key|cookie)\s*:\s*)(?:bearer\s+|basic\s+)?\S+/gi, `$1${HIDDEN}`)
      .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, HIDDEN)
      .replace(/\b(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp])[-_][\w-]{12,}/g, HIDDEN)
      .replace(/\bAKIA[0-9A-Z]{16}\b/g, HIDDEN)
      .replace(/\b[0-9a-f]{32,}\b/gi, HIDDEN)
  );
}
