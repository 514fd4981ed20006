/** The keys of one language's texts, with other words. */
export type Same<Node> = { [Key in keyof Node]: Node[Key] extends string ? string : Same<Node[Key]> };
