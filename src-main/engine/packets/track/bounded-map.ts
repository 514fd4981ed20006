/** A map with a limit: what does not fit is only counted. */
export class BoundedMap<Key, Value> {
  readonly map = new Map<Key, Value>();
  /** Keys that found no room. */
  leftOut = 0;

  constructor(readonly limit: number) {}

  /** The value of the key, made when there is none; undefined when there is no room. */
  take(key: Key, make: () => Value): Value | undefined {
    const known = this.map.get(key);
    if (known !== undefined) return known;
    if (this.map.size >= this.limit) {
      this.leftOut++;
      return undefined;
    }
    const made = make();
    this.map.set(key, made);
    return made;
  }

  values(): Value[] {
    return [...this.map.values()];
  }
}
