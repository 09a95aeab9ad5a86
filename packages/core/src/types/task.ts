/** What plugins may read from a task. Plugins add their own keys by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: open for declaration merging
export interface TaskKnowledge {}

/** What the cascade decides, and what is known of that domain. */
export interface Task {
  readonly name: string;
  /** All classes, at least two. */
  readonly classes: readonly [string, string, ...string[]];
  /** The class whose probability is the score. One of `classes`. */
  readonly positive: string;
  /** A score at or above it gets the positive label. In (0, 1). @default 0.5 */
  readonly threshold?: number;
  readonly knowledge?: TaskKnowledge;
}
