// Apart from the schemas: the page needs it without them (zod probes for eval, which the policy of the page forbids).
export const HOST_IMPORT_FORMATS = ['ssh_config', 'json', 'yaml', 'toml'] as const;
export type HostImportFormat = (typeof HOST_IMPORT_FORMATS)[number];
