/** A page of rows through REST and the CLI (tool-contract section 1). */
export const MAX_PAGE_BYTES = 1_000_000;
