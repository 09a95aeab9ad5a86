/** What is known of the validators that pay. Goes into every result: a figure without it would mislead. */
export const HALTED = {
  since: '2026-05-06',
  commit: '5d0756b',
  paidNow: 0,
  statement:
    'The newest known validators (commit 5d0756b, May 2026) are halted: they send miners no challenges and give all weight to the owner of the subnet, so a miner is paid nothing, however good it is.',
  meaning:
    'The expected reward is what validators of the chosen profile would have given. It compares models; it is no income. A validator may run another version than the newest known one: look at the chain before a registration spends anything.',
} as const;
