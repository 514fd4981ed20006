export interface IpcSender {
  frameUrl: string | undefined;
  isMainFrame: boolean;
  extraArguments: number;
}

/** True only for the main frame of our own page: whole URLs are compared, parsed, without query and fragment. */
export function mayUseIpc({ frameUrl, isMainFrame, extraArguments }: IpcSender, pageUrl: string): boolean {
  if (!frameUrl || !isMainFrame || extraArguments > 0 || !URL.canParse(frameUrl)) return false;
  const sender = new URL(frameUrl);
  const page = new URL(pageUrl);
  return sender.protocol === page.protocol && sender.host === page.host && sender.pathname === page.pathname;
}
