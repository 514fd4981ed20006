/** What a secret's parameter is called; the value after it is not shown. */
const SECRET =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|auth(?:orization)?|credentials?|bearer|session|cookie|sig(?:nature)?)$/i;
const HIDDEN = '***';

/**
 * A command line without secrets: the value of `--password x`, `--token=x`, `PASSWORD=x`, `-pSECRET` of MySQL clients, the
 * password in a URL, and anything that looks like a key (JWT, sk-…, ghp_…, AKIA…, 32 hex digits and more).
 */
export function redactCommandLine(argv: readonly string[]): string {
  let hideNext = false;
  return argv
    .map((arg, index) => {
      if (hideNext && !/^--[a-z]/i.test(arg)) {
        hideNext = false;
        return HIDDEN;
      }
      hideNext = false;
      const option = /^(-{0,2}[\w.-]+)([=:])(.*)$/s.exec(arg);
      if (option?.[1] && SECRET.test(option[1])) return `${option[1]}${option[2]}${HIDDEN}`;
      if (/mysql|mariadb/.test(argv[0] ?? '') && /^-p./.test(arg) && index > 0) return `-p${HIDDEN}`;
      if (/^--?[\w.-]+$/.test(arg) && SECRET.test(arg)) hideNext = true;
      return redactText(arg);
    })
    .join(' ');
}

function redactText(arg: string): string {
  return arg
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${HIDDEN}@`)
    .replace(/([?&;](?:[\w-]*(?:token|key|secret|password|passwd|pwd|sig|auth))=)[^&\s]+/gi, `$1${HIDDEN}`)
    .replace(/\b((?:authorization|x-api-key|cookie)\s*:\s*)(?:bearer\s+|basic\s+)?\S+/gi, `$1${HIDDEN}`)
    .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, HIDDEN)
    .replace(/\b(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp])[-_][\w-]{12,}/g, HIDDEN)
    .replace(/\bAKIA[0-9A-Z]{16}\b/g, HIDDEN)
    .replace(/\b[0-9a-f]{32,}\b/gi, HIDDEN);
}
