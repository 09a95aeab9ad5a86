/** Remembers what was made last, up to a weight; at least the last one. */
export interface Recent<T> {
  get(key: string, make: () => Promise<T>): Promise<T>;
}

interface Entry<T> {
  readonly value: Promise<T>;
  weight: number;
}

/** Asked twice at once, it makes once. What failed is forgotten. */
export function createRecent<T>(maxWeight: number, weigh: (value: T) => number): Recent<T> {
  const entries = new Map<string, Entry<T>>();
  let total = 0;
  const drop = (key: string, entry: Entry<T>) => {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    total -= entry.weight;
  };
  return {
    async get(key, make) {
      const known = entries.get(key);
      if (known) {
        entries.delete(key);
        entries.set(key, known);
        return known.value;
      }
      const entry: Entry<T> = { value: make(), weight: 0 };
      entries.set(key, entry);
      try {
        const value = await entry.value;
        if (entries.get(key) === entry) {
          entry.weight = weigh(value);
          total += entry.weight;
          for (const [oldest, old] of entries) {
            if (total <= maxWeight || old === entry) break;
            drop(oldest, old);
          }
        }
        return value;
      } catch (error) {
        drop(key, entry);
        throw error;
      }
    },
  };
}
