/** Brings entries together that belong together (union–find with halved paths). The smallest index stands for a set. */
export function createUnion(count: number): { join(a: number, b: number): boolean; find(i: number): number } {
  const parent = Uint32Array.from({ length: count }, (_, i) => i);
  const find = (i: number) => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  return {
    find,
    /** Whether they were apart. */
    join(a, b) {
      const [x, y] = [find(a), find(b)];
      if (x === y) return false;
      parent[Math.max(x, y)] = Math.min(x, y);
      return true;
    },
  };
}
