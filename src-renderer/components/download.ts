/** Saves what the page made. The browser or the desktop app asks where. */
export function download(name: string, content: Blob | string, type = 'text/plain;charset=utf-8'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click has taken the address by the end of this task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** netsonde-traffic-eth0-20261121-140732.csv; letters that a file system could mind become -. */
export function fileName(what: string, extension: string, atMs = Date.now()): string {
  const stamp = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[-:]/g, '')
    .replace('T', '-');
  return `netsonde-${what.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${stamp}.${extension}`;
}
