export const CAPTURE_MODES = ['domain', 'port', 'web', 'diagnosis', 'auto'] as const;
