/** Where a member stands in its roster. */
export interface Member {
  place: number;
}

/**
 * Who is in progress, in no order. Not a Set: one that changes with every frame leaves a chain of outgrown tables, and
 * through a table that has grown old the collector keeps every finished run after it.
 */
export interface Roster<T extends Member> {
  readonly members: readonly T[];
  add(member: T): void;
  remove(member: T): void;
}

export function createRoster<T extends Member>(): Roster<T> {
  const members: T[] = [];
  return {
    members,
    add(member) {
      member.place = members.push(member) - 1;
    },
    remove(member) {
      const last = members.pop() as T;
      if (last === member) return;
      members[member.place] = last;
      last.place = member.place;
    },
  };
}
