/** Programs that a remedy is run with; `sudo` may stand before. */
const COMMAND = /^(?:sudo\s+)?(?:npm|npx|netsonde|apt|apt-get|brew|yum|dnf|apk|ip|setcap|modprobe|sysctl)\s+\S/;

/** True for what can be pasted into a shell, false for a sentence. */
export function isCommand(remedy: string): boolean {
  return (COMMAND.test(remedy) || /^sudo\s+\S/.test(remedy)) && !remedy.trimEnd().endsWith('.');
}
